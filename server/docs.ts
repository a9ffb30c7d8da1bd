/** Where the page of a rule is: it ships beside the bundle, so that it opens without a network. */
import fs from 'node:fs';
import path from 'node:path';
import { uriOfPath } from './uris.ts';

export function docsIn(directory: string | undefined): (rule: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (rule) => {
    if (!known.has(rule)) known.set(rule, directory && /^[\w-]+$/.test(rule) ? existing(path.join(directory, `${rule}.md`)) : undefined);
    return known.get(rule);
  };
}

const existing = (file: string): string | undefined => (fs.existsSync(file) ? uriOfPath(file) : undefined);
