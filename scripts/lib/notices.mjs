/** The licences of everything that is bundled, as their authors ask: dist/THIRD-PARTY-NOTICES.txt. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Bundled as data, not as code: no import leads to them. */
const DATA = ['@pydantic/genai-prices', 'tree-sitter-python', 'web-tree-sitter'];

/** Names of the packages that the outputs of a build contain. */
export function bundledPackages(outputs) {
  const names = new Set(DATA);
  for (const { inputs } of Object.values(outputs)) {
    for (const input of Object.keys(inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
      if (name) names.add(name);
    }
  }
  return [...names].sort();
}

/** One package's notice; throws when a package says nothing of its licence, so that a new one is looked at. */
function noticeOf(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying|third)/i.test(entry));
  if (!license && !file) throw new Error(`${name} names no licence: may it be bundled?`);
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
}

export function notices(outputs) {
  const parts = bundledPackages(outputs)
    .filter((name) => existsSync(join(root, 'node_modules', name, 'package.json')))
    .map(noticeOf);
  const head =
    'Costlint contains the following works. Prices come from @pydantic/genai-prices (MIT) and the sources in docs/prices.md; the table of what\nwords cost in Claude’s tokenizers was made with sanderland/ctok (MIT). The TypeScript compiler inside @ts-morph/common is © Microsoft, Apache-2.0.\n';
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}
