/** The tools that Costlint is compared with, installed into the benchmark's cache. One that cannot be had is said to be missing. */
import fs from 'node:fs';
import path from 'node:path';
import { execute } from './processes.ts';

export interface Peer {
  readonly name: string;
  /** The command line that makes it look at a directory. */
  readonly command: (directory: string) => readonly [command: string, args: readonly string[]];
  readonly languages: readonly ('typescript' | 'python')[];
  /** Exit codes that mean it did its work. */
  readonly succeeds: readonly number[];
}

export interface MissingPeer {
  readonly name: string;
  readonly missing: string;
}

const ESLINT = ['eslint@10.15.0', 'typescript-eslint@8.73.0', 'typescript@5.9.3'];
const TOKENTOLL = '0.8.3';

export const peers = (cache: string): readonly (Peer | MissingPeer)[] => [
  eslint(path.join(cache, 'eslint')),
  tokentoll(path.join(cache, 'tokentoll')),
];

const ESLINT_CONFIG = `import tseslint from 'typescript-eslint';
export default [{ linterOptions: { noInlineConfig: true } }, ...tseslint.configs.recommended.map((c) => ({ ...c, files: ['**/*.{ts,tsx,js,jsx,mjs}'] }))];
`;

/** With the recommended rules of typescript-eslint that need no types: the least that projects use. */
function eslint(folder: string): Peer | MissingPeer {
  const name = `ESLint ${ESLINT[0]?.split('@')[1]} with typescript-eslint's recommended rules`;
  const binary = path.join(folder, 'node_modules/eslint/bin/eslint.js');
  if (!fs.existsSync(binary)) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    const { code, stderr } = execute('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...ESLINT], { cwd: folder });
    if (code !== 0) return { name, missing: `npm install failed: ${firstLine(stderr)}` };
  }
  const config = path.join(folder, 'eslint.config.mjs');
  fs.writeFileSync(config, ESLINT_CONFIG);
  // Run above both the configuration and the files: ESLint ignores what lies outside its base directory.
  const command = (directory: string) =>
    [process.execPath, [binary, '--config', config, '--no-warn-ignored', '--format', 'json', directory]] as const;
  return { name, command, languages: ['typescript'], succeeds: [0, 1] };
}

function tokentoll(folder: string): Peer | MissingPeer {
  const name = `tokentoll ${TOKENTOLL}`;
  const bin = path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const binary = path.join(bin, 'tokentoll');
  if (!fs.existsSync(binary)) {
    const made = execute('python3', ['-m', 'venv', folder]);
    if (made.code !== 0) return { name, missing: `no Python with venv: ${firstLine(made.stderr)}` };
    const { code, stderr } = execute(path.join(bin, 'pip'), ['install', '--quiet', `tokentoll==${TOKENTOLL}`]);
    if (code !== 0) return { name, missing: `pip install failed: ${firstLine(stderr)}` };
  }
  return { name, command: (directory) => [binary, ['scan', '--format', 'json', directory]], languages: ['typescript', 'python'], succeeds: [0] };
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
