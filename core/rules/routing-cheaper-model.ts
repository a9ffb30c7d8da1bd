import { runCost } from '../estimate/index.ts';
import { type CallSite, type Fix, type Range, valueOf } from '../model.ts';
import { type CheaperModel, cheaperModels, type PriceQuote, type Successor, successorOf } from '../pricing/index.ts';
import { scale } from '../range.ts';
import { aboutRun, isWorth } from './costs.ts';
import { defineRule, fill, type RuleContext } from './rule.ts';

/** An answer this short is a label, whatever the prompt says, tokens. */
const LABEL = 20;
/** An answer up to this length is simple where the prompt asks for a simple task, tokens. */
const SHORT = 300;
/** A cheaper model must cost at most this share to be worth a word. */
const MUCH_CHEAPER = 0.4;
/** A model that retires within so many days should be replaced anyway. */
const RETIRES_SOON = 120;
const SIMPLE_TASK =
  /\b(classif(?:y|ies|ication|ier)|categori[sz]e|sentiment|spam|label (?:the|this|each)|yes or no|yes\/no|true or false|detect the (?:language|intent))\b/i;
/** Prompts that ask for more than a label. */
const FREE_TEXT = /\b(write|poem|poetry|story|essay|haiku|joke|explain|translate|describe|summari[sz]e|tell me|list (?:all|the|some|\d))\b/i;

const messages = {
  simple:
    '{{task}} does not need {{model}}: {{other}} costs about {{percent}} % of that, with its reasoning switched off (reasoning counts towards the cap). Check on your own examples that it answers as well; that saves {{saving}}.',
  label: 'An answer of at most {{cap}} tokens',
  words: 'A task like “{{words}}”',
  retired: '{{model}} was retired on {{date}}: the provider no longer serves it{{note}}. {{successor}}',
  retires: '{{model}} will be retired on {{date}}{{note}}. {{successor}}',
  successor: '{{other}}, for one, is newer and costs {{price}} for the same text, by list. {{care}}',
  unpriced: '{{other}}, for one, is newer. {{care}}',
  none: 'Choose another one.',
  care: 'Newer models differ in what they accept (sampling parameters, prefilled answers, forced tools) and some reason by default: try it before you swap.',
  clash: 'This call sets {{options}}, which newer models may refuse: check that before you swap.',
};

/** What makes the task simple for certain, in words; undefined when nothing does. */
function simpleTask(site: CallSite): string | undefined {
  const cap = valueOf(site.maxOutputTokens);
  const tools = site.toolCount.kind === 'unknown' ? site.toolCount.why !== 'absent' : site.toolCount.value > 0;
  if (cap === undefined || tools || site.loop.grows || site.hiddenInput || valueOf(site.thinking) !== undefined) return undefined;
  const texts = site.segments.flatMap((segment) => (segment.role !== 'tools' && segment.text.kind === 'known' ? [segment.text.value] : []));
  // One token at most only warms a cache up; a text that is cut off early is no label.
  if (cap > 1 && cap <= LABEL && !texts.some((text) => FREE_TEXT.test(text))) return fill(messages.label, { cap });
  if (cap > SHORT) return undefined;
  for (const text of texts) {
    const found = SIMPLE_TASK.exec(text);
    if (found) return fill(messages.words, { words: found[0] });
  }
  return undefined;
}

function savingWith(context: RuleContext, { quote, tokenFactor }: CheaperModel): Range {
  const { shape } = context.model;
  const after = runCost(
    {
      ...context.model,
      quote,
      shape: {
        ...shape,
        first: scale(shape.first, tokenFactor),
        increment: scale(shape.increment, tokenFactor),
        output: scale(shape.output, tokenFactor),
      },
    },
    context.model.current,
  );
  const before = context.estimate.cost?.run ?? after;
  const saved = (bound: keyof Range): number => Math.max(0, before[bound] - after[bound]);
  return { low: Math.min(saved('low'), saved('expected')), expected: saved('expected'), high: Math.max(saved('expected'), saved('high')) };
}

/** Options that newer models of some providers refuse (Anthropic's API 2026-10-21: sampling parameters; the 5.5 family: forced tools). */
const MAY_CLASH = /^(temperature|thinking|reasoning_?effort|top_?p|top_?k|tool_?choice|presence_?penalty|frequency_?penalty|logit_?bias|logprobs)$/i;

function clashes(site: CallSite): readonly string[] {
  const options = site.options?.options.map((o) => o.name).filter((name) => MAY_CLASH.test(name)) ?? [];
  return site.segments.at(-1)?.role === 'assistant' && !site.segments.at(-1)?.many ? [...options, 'a prefilled answer'] : options;
}

/** Thinking and short caps do not go together with models that reason by default, tokens. */
const ROOM_TO_THINK = 1024;

/**
 * Replaces the id where it is written in full within the call itself: the model's own name, with or without a date behind it. A model that is set elsewhere
 * (a constructor, a constant) has options and other users that are not seen from here: no fix then.
 */
function swap(site: CallSite, quote: PriceQuote, to: string, context: RuleContext): Fix[] {
  const { model, options } = site;
  const cap = valueOf(site.maxOutputTokens);
  if (model.kind !== 'known' || !options || options.path !== model.at.path || model.at.start < options.span.start || model.at.end > options.span.end)
    return [];
  if (context.quote?.retirement && cap !== undefined && cap < ROOM_TO_THINK) return [];
  const plain = new RegExp(`^${quote.model.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:-latest|-\\d{8}|-\\d{4}-\\d{2}-\\d{2})?$`);
  const written = context.textOf(model.at.path)?.slice(model.at.start, model.at.end) ?? '';
  const match = /^(["'`])(.*)\1$/.exec(written);
  if (!match || match[2] !== model.value || !plain.test(model.value)) return [];
  return [{ title: `Use ${to}`, safety: 'review', edits: [{ path: model.at.path, start: model.at.start + 1, end: model.at.end - 1, text: to }] }];
}

const share = ({ ratio }: CheaperModel): number => Math.max(ratio.input ?? 1, ratio.output ?? 1);

/** A share of the present price, in words: the larger one of prompt and completion. */
const priceWords = (of: number): string =>
  of > 0.97 && of < 1.03 ? 'about the same price' : `at most ${Math.max(1, Math.round(of * 100))} % of its price`;

function aboutSuccessor(next: Successor | undefined, clash: readonly string[]): string {
  if (!next) return messages.none;
  const care = clash.length > 0 ? fill(messages.clash, { options: clash.join(', ') }) : messages.care;
  return next.share === undefined
    ? fill(messages.unpriced, { other: next.model, care })
    : fill(messages.successor, { other: next.model, price: priceWords(next.share), care });
}

export default defineRule({
  id: 'routing-cheaper-model',
  meta: {
    category: 'routing',
    severity: 'hint',
    summary: 'A simple task runs on an expensive model, or a model is retired or will be soon.',
  },
  messages,
  *call(site, context) {
    const { quote, today } = context;
    if (!quote || !context.estimate.cost || site.model.kind !== 'known') return;
    const { retirement } = quote;
    const isEnding = retirement !== undefined && retirement.daysLeft <= RETIRES_SOON;
    // Where a table or a branch picks the model, what is simple for one may be what another is there for.
    const task = quote.tier === 'small' || site.alternatives.length > 0 ? undefined : simpleTask(site);
    // Most calls need no list of other models.
    if (!isEnding && !task) return;
    const others = cheaperModels(quote, today);
    const newer = others.find((other) => other.why === 'newer');
    const [smaller] = others.filter((other) => other.why === 'smaller').sort((a, b) => share(a) - share(b));
    const { at } = site.model;
    const here = at.path === site.path && at.end > at.start;
    const place = { at: here ? { start: at.start, end: at.end } : site.callee, related: here ? [] : [{ ...at, message: 'the model is named here' }] };
    const clash = clashes(site);
    if (isEnding) {
      const next = newer ? { model: newer.model, share: share(newer) } : successorOf(quote, today);
      // No saving is claimed: the old model cannot be kept, and the newer one may answer at another length.
      yield {
        ...place,
        message: fill(retirement.retired ? messages.retired : messages.retires, {
          model: quote.model,
          date: retirement.date,
          note: retirement.note === undefined ? '' : ` (${retirement.note})`,
          successor: aboutSuccessor(next, clash),
        }),
        fixes: clash.length > 0 || !next ? [] : swap(site, quote, next.model, context),
      };
      return;
    }
    if (!task || !smaller || share(smaller) > MUCH_CHEAPER) return;
    const saving = savingWith(context, smaller);
    if (!isWorth(saving, context)) return;
    yield {
      ...place,
      message: fill(messages.simple, {
        task,
        model: quote.model,
        other: smaller.model,
        percent: Math.max(1, Math.round((1 - saving.expected / context.estimate.cost.run.expected) * 100)),
        saving: aboutRun(saving, context),
      }),
      saving,
      fixes: clash.length > 0 ? [] : swap(site, quote, smaller.model, context),
    };
  },
});
