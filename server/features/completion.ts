/** Model ids with their prices, inside the string that names a model. */
import { type CompletionItem, CompletionItemKind, CompletionItemTag, type CompletionList, type CompletionParams } from 'vscode-languageserver/node';
import type { Span } from '../../core/model.ts';
import type { ModelChoice } from '../deps.ts';
import type { Positions } from '../positions.ts';
import type { Session, View } from '../session.ts';

/** An option or a variable for a model, up to the opening quote: `model: '`, `model="`, `"modelId": "`, `MODEL = "`, `model = env.X ?? "`, `os.getenv("M", "`. */
const MODEL_OPTION =
  /\b\w*model(?:_?(?:id|name))?["']?\]?\s*(?::\s*\w+\s*)?[:=](?:[^;{}\n]*(?:\?\?|\|\||\bor\b|getenv\([^)\n]*,|environ\.get\([^)\n]*,))?\s*$/i;
/** A helper that takes the model first: `anthropic('`, `ChatOpenAI("`, `init_chat_model("`, `.generative_model('`. */
const MODEL_HELPER = /\b(?:anthropic|openai|google|bedrock|mistral|groq|xai|deepseek|cohere|togetherai|\w*chat_?model\w*|LiteLLM\w*|LiteLlm)\(\s*$/i;

/** The content of the model string at a position, without its quotes; undefined elsewhere. */
function modelStringAt(positions: Positions, offset: number, known: readonly Span[]): Span | undefined {
  const span = stringAt(positions, offset);
  if (!span) return undefined;
  const before = positions.text.slice(Math.max(0, span.start - 121), span.start - 1);
  const named = MODEL_OPTION.test(before) || MODEL_HELPER.test(before);
  return named || known.some((at) => at.start < span.end && at.end > span.start) ? span : undefined;
}

/** The string on this line around the offset: an odd number of the same quote before it, and its end (or the line's). */
function stringAt({ text, lineStart, lineEnd }: Positions, offset: number): Span | undefined {
  const start = lineStart(offset);
  let quote = '';
  let open = -1;
  for (let at = start; at < offset; at++) {
    const char = text[at] ?? '';
    if (char === '\\') at++;
    else if (quote === '' && /["'`]/.test(char)) [quote, open] = [char, at];
    else if (char === quote) quote = '';
  }
  if (quote === '') return undefined;
  const stop = lineEnd(offset);
  const close = text.slice(offset, stop).search(/["'`\s,)]/);
  return { start: open + 1, end: close < 0 ? stop : offset + close };
}

export async function completeModels(session: Session, { textDocument, position }: CompletionParams): Promise<CompletionList | null> {
  const view = await session.view(textDocument.uri);
  const part = view?.buffer.part(textDocument.uri);
  if (!view || !part) return null;
  const positions = view.buffer.positions(part);
  const offset = positions.offset(position);
  const known = view.analysis.calls.flatMap(({ site }) => (site.model.at?.path === view.analysis.path ? [local(site.model.at, part.start)] : []));
  const span = modelStringAt(positions, offset, known);
  if (!span) return null;
  // `anthropic/claude…`: the part before the slash stays and tells the provider.
  const named = /^([\w-]+)\/(?!.*\/)/.exec(positions.text.slice(span.start, offset));
  const provider = named?.[1] ?? providerAt(view, offset + part.start);
  const range = positions.range({ start: span.start + (named?.[0].length ?? 0), end: span.end });
  const all = session.engine.models(session.deps.today());
  const models = all.some((model) => model.provider === provider) ? all.filter((model) => model.provider === provider) : all;
  return { isIncomplete: false, items: models.map((model, index) => item(model, index, range)) };
}

const local = (span: Span, start: number): Span => ({ start: span.start - start, end: span.end - start });

/** The provider that the call around the offset talks to. */
const providerAt = (view: View, offset: number): string | undefined =>
  view.analysis.calls.findLast(({ site }) => site.span.start <= offset && offset <= site.span.end)?.site.provider;

const item = (model: ModelChoice, index: number, range: ReturnType<Positions['range']>): CompletionItem => ({
  label: model.id,
  labelDetails: { description: model.price },
  detail: `${model.provider} · ${model.price}`,
  documentation: model.note,
  kind: CompletionItemKind.Value,
  filterText: model.id,
  sortText: `${model.retired ? 2 : model.listed ? 0 : 1}${String(index).padStart(5, '0')}`,
  ...(model.retired ? { tags: [CompletionItemTag.Deprecated] } : {}),
  textEdit: { range, newText: model.id },
});
