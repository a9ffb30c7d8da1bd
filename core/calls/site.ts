/** Builds a CallSite from a billed call: everything that estimates and rules ask, as plain data. */
import type { Assumptions } from '../config.ts';
import type { CallExpr } from '../frontends/source-unit.ts';
import { type CallSite, type Known, known, type LoopContext, valueOf } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { UnitIndex } from '../program/unit-index.ts';
import type { Value } from '../program/values.ts';
import type { ModelFamily, TokenCounter } from '../tokens/index.ts';
import { filesMentionMarks, mentionsMarks } from './cache-marks.ts';
import { fanoutOf, retryOf } from './concurrency.ts';
import { frameworkLoop } from './framework-loop.ts';
import { graphLoop } from './graphs.ts';
import { guardsOf } from './guards.ts';
import { historyOf } from './history.ts';
import { type Level, levelsOf } from './levels.ts';
import { isGiven, locate, locateFilled, type Subject } from './locate.ts';
import { surroundingsOf } from './loops.ts';
import { isFake, isOnFake, type Match, matchOf, subjectOf } from './match.ts';
import { readMessages, readSystem } from './messages.ts';
import type { ModelChoice } from './model.ts';
import { cachingOf, modelChoice, providerFor } from './provider.ts';
import { SegmentReader } from './segments.ts';
import { settler } from './settle.ts';
import { capOf, countOf, hasHiddenInput, names, numberAt, omitted, optionExpr, optionsSite, spanOf, textAt } from './site-options.ts';
import { resultTokens } from './tool-results.ts';
import { readTools } from './tools.ts';
import { compareVersions, versionOf } from './versions.ts';

export interface SiteContext {
  readonly evaluator: Evaluator;
  readonly counter: TokenCounter;
  readonly assumptions: Assumptions;
  /** Files read so far in the analysis of this file. */
  readonly reads: () => readonly string[];
}

/** All billed calls of a unit, in source order. */
export function callSites(index: UnitIndex, context: SiteContext): readonly CallSite[] {
  const sites: CallSite[] = [];
  for (const info of index.calls) {
    const match = matchOf(info, index, context.evaluator);
    if (!match || match.spec.billed === false || isOnFake(match)) continue;
    if (!isFake(locate(subjectOf(match, context.evaluator), match.spec.fields.model))) sites.push(buildSite(match, context));
  }
  return sites.sort((a, b) => a.span.start - b.span.start);
}

function buildSite(match: Match, context: SiteContext): CallSite {
  const { evaluator } = context;
  const { info, env, spec, bound } = match;
  const { unit } = env.index;
  const subject = subjectOf(match, evaluator);
  const { fields } = spec;
  const choice = modelChoice(match, subject);
  const provider = providerFor(match, subject, choice);
  const messagesExpr = optionExpr(info.call.args, fields.messages, subject);
  const levels = levelsOf(evaluator, info, env, messagesExpr);
  const around = surroundingsOf(evaluator, levels);
  const tools = locateFilled(subject, fields.tools);
  const framework = frameworkLoop(match, subject, tools);
  const fanout = fanoutOf(evaluator, levels);
  const hidden = spec.served === true || hasHiddenInput(subject, fields);
  const graph = graphLoop(evaluator, levels, { grows: sendsState(info.call, unit.text), hasTools: mayHaveTools(tools) });
  const loops: LoopContext[] = [
    ...(framework ? [framework] : []),
    ...(graph ? [graph] : []),
    ...around.loops.map((l) => (hidden && l.kind !== 'batch' ? { ...l, grows: true } : l)),
  ];
  const family = context.counter.family(provider, choice.model.kind === 'known' ? choice.model.value : '');
  const { reader, system, messages } = readPrompt(match, subject, tools, family, levels, context);
  const toolSegments = reader.segments.filter((s) => s.role === 'tools');
  const toolResults = resultTokens(evaluator, tools);
  const cap = capOf(match, subject, choice);
  const automatic =
    isGiven(locate(subject, fields.automaticCache)) ||
    (choice.object !== undefined && isGiven(locate(choice.object.subject, choice.object.spec.automaticCache)));
  const shownMarks = reader.segments.flatMap(({ mark }) => mark ?? []);
  const marked = mentionsMarks(env.index, shownMarks) || filesMentionMarks(evaluator.program, otherReads(context, unit.path), shownMarks);
  const history = historyOf(evaluator, around);
  const shown = spec.shownAt === undefined ? undefined : info.call.args[spec.shownAt]?.value;
  return {
    path: unit.path,
    language: unit.language,
    span: spanOf(shown ?? info.call),
    callee: spanOf(shown ?? info.call.callee),
    statement: spanOf(info.stmt),
    sdk: bound.sdk.id,
    api: spec.api,
    provider,
    model: seenFrom(unit.path, choice.model),
    alternatives: alternativesOf(choice).map((m) => seenFrom(unit.path, m)),
    segments: reader.segments,
    hiddenInput: hidden || spec.addsPrompt === true,
    toolCount: countOf(
      tools,
      toolSegments.length,
      toolSegments.some((t) => t.many),
    ),
    ...(toolResults && { toolResultTokens: toolResults }),
    maxOutputTokens: seenFrom(unit.path, cap),
    omittedCap: omitted(choice.object?.spec.omittedCap ?? spec.omittedCap, provider),
    names: names(fields),
    completions: numberAt(subject, fields.completions),
    batch: spec.batch === true,
    serviceTier: textAt(subject, fields.serviceTier),
    thinking: numberAt(subject, fields.thinking),
    loop: loops.find((l) => l.grows) ?? loops[0] ?? { kind: 'none', bound: known(1, evaluator.at(info.call, env)), grows: false },
    loops,
    guards: guardsOf(subject, fields, levels),
    ...(fanout && { fanout }),
    ...(around.retries.length > 0 && { retry: retryOf(evaluator, around) }),
    ...(history && { history }),
    caching: cachingOf(spec, provider),
    automaticMark: automatic,
    marksUnknown: marked && reader.marks === 0 && !automatic,
    moreMarks: marked && reader.marks > 0,
    ...(spec.marks && { marks: marksFor(match, evaluator) }),
    options: optionsSite(match, evaluator),
    parts: {
      ...placed('system', system),
      ...(messagesExpr ? { messages: evaluator.at(messagesExpr, env) } : placed('messages', messages)),
      ...placed('tools', tools),
    },
    reads: context.reads(),
  };
}

/** The marks that the project's version of the SDK takes; where it pins none, those of the newest. */
function marksFor({ spec, env }: Match, { program }: Evaluator): CallSite['marks'] {
  const { since, ...forms } = spec.marks ?? {};
  const version = since && versionOf((path) => program.read(path), env.index.unit.path, program.root, since[0]);
  if (!since || version === undefined || compareVersions(version, since[1]) >= 0) return forms;
  const { system: _, ...older } = forms;
  return older;
}

interface Prompt {
  readonly reader: SegmentReader;
  readonly system: Value | undefined;
  readonly messages: Value | undefined;
}

/** Takes the prompt apart in the order of the provider's cache key: tools, system prompt, messages. */
function readPrompt(
  match: Match,
  subject: Subject,
  tools: Value | undefined,
  family: ModelFamily,
  levels: readonly Level[],
  context: SiteContext,
): Prompt {
  const { evaluator, counter, assumptions } = context;
  const { info, env, spec, prompts } = match;
  const reader = new SegmentReader({ evaluator, counter, family, assumptions, settle: settler(levels), at: evaluator.at(info.call, env) });
  readTools(reader, tools);
  const system = locate(subject, spec.fields.system);
  readSystem(reader, system);
  for (const prompt of prompts) readMessages(reader, prompt);
  const messages = locate(subject, spec.fields.messages);
  readMessages(reader, messages);
  return { reader, system, messages };
}

const mayHaveTools = (tools: Value | undefined): boolean => tools !== undefined && !(tools.kind === 'unknown' && tools.why === 'absent');

/** Models that may stand in the place of the first, each once. */
function alternativesOf({ model, others }: ModelChoice): readonly Known<string>[] {
  const seen = new Set([valueOf(model)]);
  return others.flatMap((other) => {
    const value = valueOf(other.model);
    if (seen.has(value)) return [];
    seen.add(value);
    return [other.model];
  });
}

/** The call is given the state of a graph, or the messages in it, which get more with each round. */
const sendsState = (call: CallExpr, text: string): boolean =>
  call.args.some((a) => /messages|history|scratchpad|conversation|\bstate\b(?!\s*(\?\.|[.[]))/i.test(text.slice(a.start, a.end)));

/** Where a part of the prompt is written. */
const placed = (part: keyof CallSite['parts'], value: Value | undefined): CallSite['parts'] => (value && isGiven(value) ? { [part]: value.at } : {});

const otherReads = (context: SiteContext, own: string): readonly string[] => context.reads().filter((path) => path !== own);

/** What stands in another file was imported, whatever way it took there. */
const seenFrom = <T>(path: string, value: Known<T>): Known<T> =>
  value.kind === 'known' && value.at.path !== path && (value.via === 'literal' || value.via === 'constant') ? { ...value, via: 'import' } : value;
