import { createEncoding, type Encoding, type RankTable } from './byte-pairs.ts';
import { scanCl100k, scanO200k } from './scanner.ts';
import type { EncodingName } from './types.ts';

/** How the tables are reached; a host that bundles them differently passes its own. */
export type LoadRanks = (name: EncodingName) => Promise<RankTable>;

/** Loads the table only when it is asked for: two megabytes that `--version` must not pay for. */
export const loadRanks: LoadRanks = async (name) =>
  name === 'o200k_base' ? (await import('gpt-tokenizer/bpeRanks/o200k_base')).default : (await import('gpt-tokenizer/bpeRanks/cl100k_base')).default;

const loaded = new Map<EncodingName, Promise<Encoding>>();

/** The encoding, read once per process when the default loader is used. */
export function loadTokenizer(name: EncodingName, load: LoadRanks = loadRanks): Promise<Encoding> {
  const known = load === loadRanks ? loaded.get(name) : undefined;
  if (known) return known;
  const made = load(name).then((table) => createEncoding(table, name === 'o200k_base' ? scanO200k : scanCl100k));
  if (load === loadRanks) loaded.set(name, made);
  return made;
}
