/** Cold scans: Costlint, the bare parse and other tools over the same files, in turn within each round, so that a slow minute hits all. */
import path from 'node:path';
import type { Corpus } from './corpus.ts';
import type { MissingPeer, Peer } from './peers.ts';
import { execute } from './processes.ts';
import { median } from './stats.ts';

export interface ScanRow {
  readonly corpus: Corpus;
  readonly name: string;
  /** Whole process, ms; undefined where the tool is missing or failed, then `note` says why. */
  readonly wholeMs?: number;
  /** Without process start and loading of code, ms. */
  readonly scanMs?: number;
  /** Bytes, peak resident. */
  readonly memory?: number;
  readonly note?: string;
}

interface Contender {
  readonly name: string;
  readonly run: (
    corpus: Corpus,
  ) => { readonly wholeMs?: number; readonly scanMs?: number; readonly memory?: number; readonly note?: string } | undefined;
}

export interface ScanOptions {
  readonly root: string;
  readonly runs: number;
  readonly peers: readonly (Peer | MissingPeer)[];
}

export const COSTLINT = 'costlint check';
export const BARE = 'bare parse';

export function coldScans(corpora: readonly Corpus[], { root, runs, peers }: ScanOptions): ScanRow[] {
  const script = (name: string): string => path.join(root, 'scripts/bench', name);
  const contenders: readonly Contender[] = [
    { name: COSTLINT, run: (corpus) => ({ ...wholeCommand(root, corpus), ...inner(script('cold-scan.ts'), corpus) }) },
    { name: BARE, run: (corpus) => inner(script('bare-parse.ts'), corpus) },
    ...peers.map(contender),
  ];
  return corpora.flatMap((corpus) => {
    const rounds = Array.from({ length: runs }, () => contenders.map(({ run }) => run(corpus)));
    return contenders.flatMap(({ name }, index) => {
      const results = rounds.map((round) => round[index]).filter((result) => result !== undefined);
      return results.length === 0 ? [] : [{ corpus, name, ...summarise(results) }];
    });
  });
}

type Measured = Pick<ScanRow, 'wholeMs' | 'scanMs' | 'memory' | 'note'>;

function summarise(results: readonly Measured[]): Measured {
  const of = (key: 'wholeMs' | 'scanMs' | 'memory'): number | undefined => {
    const values = results.map((result) => result[key]).filter((value) => value !== undefined);
    return values.length > 0 ? median(values) : undefined;
  };
  const [wholeMs, scanMs, memory, note] = [of('wholeMs'), of('scanMs'), of('memory'), results.find((result) => result.note)?.note];
  return {
    ...(wholeMs !== undefined && { wholeMs }),
    ...(scanMs !== undefined && { scanMs }),
    ...(memory !== undefined && { memory }),
    ...(note !== undefined && { note }),
  };
}

function wholeCommand(root: string, corpus: Corpus): Measured {
  const { ms, code, stderr } = execute(process.execPath, [
    path.join(root, 'dist/cli.js'),
    'check',
    '--format',
    'json',
    '--fail-on',
    'never',
    corpus.directory,
  ]);
  return code === 0 ? { wholeMs: ms } : { note: `failed: ${stderr.trim().split('\n')[0]}` };
}

/** One of this folder's programs: it says itself how long the work took. */
function inner(script: string, corpus: Corpus): Measured {
  const { ms, code, stdout, stderr } = execute(process.execPath, ['--no-warnings', script, corpus.directory]);
  if (code !== 0) return { note: `failed: ${stderr.trim().split('\n').slice(-1)[0]}` };
  const { ms: scanMs, rss } = JSON.parse(stdout);
  return script.endsWith('bare-parse.ts') ? { wholeMs: ms, scanMs, memory: rss } : { scanMs, memory: rss };
}

function contender(peer: Peer | MissingPeer): Contender {
  if ('missing' in peer) return { name: peer.name, run: () => ({ note: `missing: ${peer.missing}` }) };
  const run = (corpus: Corpus): Measured | undefined => {
    if (!peer.languages.includes(corpus.language)) return undefined;
    const [command, args] = peer.command(corpus.directory);
    const { ms, code, stderr } = execute(command, args, { cwd: path.dirname(corpus.directory) });
    return code !== null && peer.succeeds.includes(code) ? { wholeMs: ms } : { note: `failed: ${stderr.trim().split('\n')[0]}` };
  };
  return { name: peer.name, run };
}
