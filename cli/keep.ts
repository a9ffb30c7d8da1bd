/** Opens what a gateway keeps, for reading, on a Node that can. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { stateFolder } from '../core/protocol/gateway.ts';
import type { ParsedArgs } from './args.ts';
import type { ExitCode } from './commands.ts';
import { noSuitableNode, suitableNode, type Version } from './newer-node.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';

export const folderOf = ({ values }: ParsedArgs, { cwd, env }: Terminal): string => {
  const given = values.text('state-dir');
  return given === undefined ? stateFolder(process.platform, env, homedir()) : resolve(cwd, given);
};

/** The SQLite that is part of Node needs 22.13. */
const WITH_SQLITE: Version = [22, 13];

/** Runs with the ledger of a folder; `use` gets its path and must close what it opens. */
export async function withLedger(args: ParsedArgs, terminal: Terminal, use: (path: string) => Promise<ExitCode>): Promise<ExitCode> {
  const folder = folderOf(args, terminal);
  const path = join(folder, 'ledger.db');
  if (!existsSync(path)) return fail(terminal, `no gateway has recorded anything in ${folder}`, 'costlint gateway --help');
  const node = suitableNode(terminal, WITH_SQLITE);
  if (node === process.execPath) return use(path);
  if (!node) return fail(terminal, noSuitableNode('reading the ledger', WITH_SQLITE));
  return again(node);
}

/** The same command on another Node. */
function again(node: string): Promise<ExitCode> {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...process.argv.slice(1)], { stdio: 'inherit' });
  return new Promise((done) => {
    child.once('exit', (code) => done(code === 0 ? 0 : code === 1 ? 1 : 2));
    child.once('error', () => done(2));
  });
}

export async function openReading(path: string): Promise<DatabaseSync> {
  const { openDatabase } = await import('../gateway/ledger/database.ts');
  return openDatabase(path, { readOnly: true });
}
