/** Calibration from the server's side: the texts that a provider could count, and the counts that came back. Nothing here reaches the network. */
import { CancellationToken } from 'vscode-languageserver/node';
import type { AnalyzedCall } from '../../core/analyze.ts';
import { plural } from '../../core/format.ts';
import { type PromptSegment, valueOf } from '../../core/model.ts';
import type { CountingApi, CountingTarget, CountingText, ProviderCount } from '../../core/protocol/calibration.ts';
import { bareModel } from '../../core/tokens/family.ts';
import { hashText, type ModelFamily } from '../../core/tokens/index.ts';
import { scanInView, scanWorkspace } from '../scan.ts';
import type { Session, View } from '../session.ts';
import type { Calibration, CountSource } from './calibration-counter.ts';

/** Shorter texts say little about a tokenizer, and their own error is a few tokens. */
const MIN_TOKENS = 50;

interface Gathered {
  readonly text: string;
  readonly role: string;
  readonly places: Map<string, CountingText['places'][number]>;
  readonly targets: Map<string, CountingTarget>;
}

export async function calibrationTexts(session: Session, token: CancellationToken): Promise<{ texts: CountingText[]; cancelled: boolean }> {
  const gathered = new Map<string, Gathered>();
  const whole = await scanInView(session, 'Costlint: looking for prompt texts', token, (view) => {
    for (const call of view.analysis.calls) for (const text of textsOf(call)) gather(session, view, call, text, gathered);
  });
  const texts = [...gathered].map(([hash, { text, role, places, targets }]) => ({
    hash,
    text,
    role,
    places: [...places.values()],
    targets: [...targets.values()],
  }));
  return { texts, cancelled: !whole };
}

interface StaticText {
  readonly text: string;
  readonly segment: PromptSegment;
}

/** Text that stands in the code and never changes. Tools are left out: what the provider sees of them is its own rendering, not a text that could be sent. */
function textsOf(call: AnalyzedCall): readonly StaticText[] {
  return call.site.segments.flatMap((segment) => {
    const text = valueOf(segment.text);
    return segment.role === 'tools' || segment.stability !== 'static' || text === undefined ? [] : [{ text, segment }];
  });
}

function gather(session: Session, view: View, { site }: AnalyzedCall, { text, segment }: StaticText, all: Map<string, Gathered>): void {
  const target = targetOf(session.calibration, site.provider, valueOf(site.model), text);
  if (!target || target.tokens < MIN_TOKENS) return;
  const hash = hashText(text);
  const known = all.get(hash) ?? { text, role: segment.role, places: new Map(), targets: new Map() };
  all.set(hash, known);
  const key = `${target.family} ${target.generation}`;
  const models = new Set([...(known.targets.get(key)?.models ?? []), ...target.models]);
  known.targets.set(key, { ...target, models: [...models] });
  const place = placeOf(session, view, segment);
  if (place) known.places.set(`${place.uri} ${place.range.start.line} ${place.range.start.character}`, place);
}

function placeOf(session: Session, view: View, { at }: PromptSegment): CountingText['places'][number] | undefined {
  const buffer = at.path === view.buffer.path ? view.buffer : session.bufferAt(view.folder, at.path);
  const place = buffer?.locate(at);
  if (!place) return undefined;
  const file = at.path.startsWith(`${view.folder.root}/`) ? at.path.slice(view.folder.root.length + 1) : at.path;
  return { ...place, name: `${file.replace(/:cells\.\w+$/, '')}:${place.range.start.line + 1}` };
}

const APIS: Readonly<Partial<Record<ModelFamily['id'], CountingApi>>> = { 'claude-v3': 'anthropic', 'claude-v47': 'anthropic', gemini: 'gemini' };

/** Undefined for models that no free endpoint counts, and for those whose version is not known: their counts could not be told apart. */
function targetOf({ plain }: Calibration, provider: string, model: string | undefined, text: string): CountingTarget | undefined {
  if (model === undefined) return undefined;
  const family = plain.family(provider, model);
  const api = APIS[family.id];
  if (!api || family.generation === '') return undefined;
  const { expected } = plain.countText(family, text);
  return { api, family: family.id, generation: family.generation, models: [providerId(api, model)], tokens: expected };
}

/** As the provider's own API calls it, whatever host the code goes through: `us.anthropic.claude-opus-4-5-v1:0`, `anthropic/claude-opus-4.5` → `claude-opus-4-5`. */
function providerId(api: CountingApi, model: string): string {
  const bare = bareModel(model).replace(/:.*$/, '');
  return api === 'anthropic' ? bare.replaceAll('.', '-') : bare;
}

/** Counts anew with other counts in place of those before. `recount`: throws away all figures made so far. */
export function createUseCounts(session: Session, recount: () => void): (counts: readonly ProviderCount[]) => Promise<{ found: number }> {
  let turn = 0;
  return async (counts) => {
    const mine = ++turn;
    const texts = counts.length > 0 ? await countedTexts(session, new Set(counts.map((count) => count.hash))) : [];
    // Others came meanwhile, and they are newer.
    if (mine !== turn) return { found: texts.length };
    session.calibration.use(counts, texts);
    recount();
    session.log.info(`Calibration: ${plural(counts.length, 'count')} by the provider, of ${plural(texts.length, 'text')} in the workspace`);
    return { found: texts.length };
  };
}

/** Texts of the workspace with these hashes: what is kept of a count does not say what was counted. */
async function countedTexts(session: Session, hashes: ReadonlySet<string>): Promise<readonly string[]> {
  const texts = new Map<string, string>();
  await scanWorkspace(session, {
    token: CancellationToken.None,
    visit: (view) => {
      for (const { text } of view.analysis.calls.flatMap(textsOf)) {
        const hash = hashText(text);
        if (hashes.has(hash)) texts.set(hash, text);
      }
    },
  });
  return [...texts.values()];
}

/** Where the tokens that are shown for a piece of prompt come from; undefined where they are the estimate's alone. */
export const sourceIn =
  ({ calibration }: Session) =>
  ({ site }: AnalyzedCall, segment: PromptSegment): CountSource | undefined => {
    const text = valueOf(segment.text);
    const model = valueOf(site.model);
    if (text === undefined || model === undefined) return undefined;
    const source = calibration.sourceOf(site.provider, model, text);
    if (!source) return undefined;
    const { low, high } = calibration.counter.countText(calibration.plain.family(site.provider, model), text);
    // One of several texts is shown with the tokens of them all.
    return low === segment.tokens.low && high === segment.tokens.high ? source : undefined;
  };
