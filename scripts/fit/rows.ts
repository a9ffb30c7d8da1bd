import type { TextFeatures } from '../../core/tokens/linear.ts';
import { type Data, FRAME, requestTexts } from './data.ts';
import { foreign, MODELS, type ModelName } from './fitting.ts';
import type { Row } from './regression.ts';

/** Counts of reference tokenizers for one text (reference_counts.py, reference_gemini.ts). */
export interface ReferenceCount {
  readonly v3: number;
  readonly v47: number;
  readonly gemini: number;
}

/** All rows that a text model may learn from: counted texts, and texts of recorded calls counted by the references. */
export function textRows(data: Data, reference: ReadonlyMap<string, ReferenceCount>, features: TextFeatures): Record<ModelName, Row[]> {
  const rows: Record<ModelName, Row[]> = { v3: [], v47: [], gemini: [] };
  const ignored = MODELS.map((model) => features.names.map((name) => foreign(name, model)));
  const add = (text: string, source: string, counts: Partial<ReferenceCount>): void => {
    const amounts = features.amounts(text);
    MODELS.forEach((model, at) => {
      const truth = counts[model] ?? 0;
      if (truth > 0) rows[model].push({ amounts: amounts.map((amount, index) => (ignored[at]?.[index] ? 0 : amount)), truth, source });
    });
  };
  // The same text stands in two sets now and then: its first line names the source, so that copies are never on both sides of a split.
  for (const { text, set, v3, v47 } of data.texts) {
    add(text, `${set} ${text.slice(0, 60)}`, { v3: v3 - FRAME.v3, v47: v47 - FRAME.v47, gemini: reference.get(text)?.gemini });
  }
  for (const { text, repo } of requestTexts(data.calls)) add(text, repo, reference.get(text) ?? {});
  return rows;
}
