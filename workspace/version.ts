/** The version of Costlint that runs. */
import { readFileSync } from 'node:fs';

/** Read from the package, which lies one directory above both this source and the built command. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown';
}
