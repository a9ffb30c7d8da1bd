/**
 * Prompts as segments: the values of the system, messages and tools options taken apart into pieces of text and holes, in the order of the
 * provider's cache key, each with its role, stability and cache mark. One reader understands the message shapes of all SDKs.
 */

import { assumedTokens } from '../assume.ts';
import type { Assumptions } from '../config.ts';
import {
  type CacheMark,
  type Cause,
  type Known,
  known,
  type Location,
  type PromptSegment,
  type Range,
  type SegmentRole,
  STABILITIES,
  type Stability,
  unknown,
} from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import type { ExternalValue, UnknownValue, Value } from '../program/values.ts';
import { volatility, writesDateOnly } from '../program/volatile.ts';
import type { ModelFamily, TokenCounter } from '../tokens/index.ts';
import { functionSchema, render } from './render.ts';

export interface SegmentContext {
  readonly evaluator: Evaluator;
  readonly counter: TokenCounter;
  readonly family: ModelFamily;
  readonly assumptions: Assumptions;
  /** Lowers the stability of a hole that is made outside the loop the call runs in. */
  readonly settle: (stability: Stability, at: Location) => Stability;
  /** True when text pieces of this file mention cache marks at all: saves looking for them. */
  readonly at: Location;
}

interface Place {
  readonly role: SegmentRole;
  readonly item: number;
  readonly mark?: CacheMark;
}

const rank = (s: Stability): number => STABILITIES.indexOf(s);

export class SegmentReader {
  readonly context: SegmentContext;
  readonly segments: PromptSegment[] = [];
  /** A mark was seen, or may be set by a part that could not be read. */
  marks = 0;
  hiddenParts = false;
  private items = 0;

  constructor(context: SegmentContext) {
    this.context = context;
  }

  // ── the three parts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  tools(value: Value | undefined): void {
    if (!value || value.kind === 'const' || (value.kind === 'unknown' && value.why === 'absent')) return;
    const { evaluator } = this.context;
    if (value.kind === 'array') {
      for (const item of value.items) this.tool(item.value, item.many);
      return;
    }
    if (value.kind === 'object' && !this.isToolDefinition(value)) {
      for (const entry of value.expr.entries) {
        const inner = evaluator.evaluate(entry.value, value.env);
        if (entry.spread) this.tools(inner);
        else this.tool(inner, false, entry.key);
      }
      return;
    }
    if (value.kind === 'choice') {
      const full = value.options.find((o) => o.kind === 'array' || o.kind === 'object') ?? value.options[0];
      return this.tools(full);
    }
    this.tool(value, true);
  }

  private isToolDefinition(value: Extract<Value, { kind: 'object' }>): boolean {
    return value.expr.entries.some(
      (e) =>
        e.key === 'input_schema' ||
        e.key === 'functionDeclarations' ||
        e.key === 'function_declarations' ||
        e.key === 'toolSpec' ||
        (e.key === 'type' && e.value.kind === 'string'),
    );
  }

  private tool(value: Value, many: boolean, key?: string): void {
    const { evaluator } = this.context;
    const item = this.items++;
    const mark = this.markOf(value);
    const place: Place = { role: 'tools', item, ...(mark && { mark }) };
    if (value.kind === 'unknown' || value.kind === 'instance') {
      this.hole(value, place, many);
      return;
    }
    if (value.kind === 'external' && !value.signature.endsWith('()')) {
      this.hole(value, place, false);
      return;
    }
    const rendered = value.kind === 'function' ? { text: functionSchema(value.fn, value.fn.name || key), complete: true } : render(evaluator, value);
    const text = key && value.kind !== 'function' ? `{"name":${JSON.stringify(key)},${rendered.text.replace(/^\{/, '')}` : rendered.text;
    const tokens = this.count(text);
    const unstable = value.kind === 'object' || value.kind === 'array' ? this.changing(value, 0) : undefined;
    const wide =
      rendered.complete && !many
        ? tokens
        : {
            low: tokens.low,
            expected: Math.max(tokens.expected, this.context.assumptions.unseenToolTokens),
            high: Math.max(tokens.high * 2, this.context.assumptions.unseenToolTokens * 3),
          };
    this.segments.push({
      ...place,
      at: value.at,
      text: rendered.complete && !many ? known(text, value.at) : unknown('dynamic', value.at),
      tokens: wide,
      stability: unstable?.stability ?? 'static',
      ...(unstable?.cause && { cause: unstable.cause }),
      ...(many && { many: true }),
    });
  }

  system(value: Value | undefined): void {
    if (!value || (value.kind === 'unknown' && value.why === 'absent')) return;
    this.content(value, { role: 'system', item: this.items++ });
  }

  messages(value: Value | undefined): void {
    if (!value || (value.kind === 'unknown' && value.why === 'absent') || (value.kind === 'const' && value.value === null)) return;
    switch (value.kind) {
      case 'const':
      case 'text':
        this.content(value, { role: 'user', item: this.items++ });
        return;
      case 'array':
        // What a loop adds after the call is not in its first step: estimates add the growth.
        for (const item of value.items) if (!item.later) this.message(item.value, item.many);
        return;
      case 'object':
        return this.messageOrWrapper(value);
      case 'choice': {
        const readable = value.options.filter((o) => o.kind !== 'unknown' && !(o.kind === 'array' && o.items.length === 0));
        const best = readable.find((o) => o.kind === 'array') ?? readable[0] ?? value.options[0];
        return this.messages(best);
      }
      case 'external':
        return this.externalMessages(value);
      default:
        this.hole(value, { role: 'user', item: this.items++ }, value.kind === 'unknown' && (value.many === true || isList(value)));
    }
  }

  /** `{messages: […]}` of graph frameworks, `{input: '…'}` of chains, or one message. */
  private messageOrWrapper(value: Extract<Value, { kind: 'object' }>): void {
    const { evaluator, at } = this.context;
    const env = value.env;
    for (const key of ['messages', 'input', 'question', 'prompt']) {
      const inner = evaluator.property(value, key, at, env);
      if (inner.kind !== 'unknown' || inner.why !== 'absent') {
        this.messages(inner);
        return;
      }
    }
    this.message(value, false);
  }

  private externalMessages(value: ExternalValue): void {
    const { evaluator, at } = this.context;
    const made = value.calls.at(-1);
    const name = value.signature.replace(/\(\)/g, '');
    if (made && /(from_messages|fromMessages|from_template|fromTemplate|ChatPromptTemplate)$/.test(name)) {
      const inner = evaluator.argument(made, 'messages', 0) ?? evaluator.argument(made, 'template', 0);
      if (inner) this.messages(made && inner.kind === 'const' ? this.template(inner) : inner);
      return;
    }
    if (isMessageClass(name) || /(Content|UserContent|Part)$/.test(name)) return this.message(value, false);
    if (made && /convertTo(Core|Model)Messages$/.test(name)) {
      const inner = made.call.args[0] && evaluator.evaluate(made.call.args[0].value, made.env);
      this.hole(
        {
          kind: 'unknown',
          why: 'dynamic',
          stability: 'per-call',
          at: value.at,
          cause: { kind: 'history', text: name, at: value.at, certain: false },
          many: true,
        },
        { role: 'user', item: this.items++ },
        true,
      );
      void inner;
      void at;
      return;
    }
    this.hole(value, { role: 'user', item: this.items++ }, false);
  }

  /** A prompt template: `{name}` and `{{name}}` are holes. */
  private template(value: Extract<Value, { kind: 'const' }>): Value {
    const text = String(value.value);
    const parts: Value[] = [];
    let last = 0;
    for (const match of text.matchAll(/\{\{?([\w.]+)\}?\}/g)) {
      if (match.index > last) parts.push({ ...value, value: text.slice(last, match.index) });
      parts.push({
        kind: 'unknown',
        why: 'dynamic',
        stability: 'per-call',
        at: value.at,
        cause: { kind: 'input', text: match[0], at: value.at, certain: false },
      });
      last = match.index + match[0].length;
    }
    if (last < text.length) parts.push({ ...value, value: text.slice(last) });
    return { kind: 'text', parts, at: value.at };
  }

  private message(value: Value, many: boolean): void {
    const item = this.items++;
    const { evaluator, at } = this.context;
    if (value.kind === 'object') {
      const env = value.env;
      const get = (key: string) => evaluator.property(value, key, at, env);
      const role = roleOf(get('role'));
      const mark = this.markOf(value);
      const content = ['content', 'parts', 'text', 'output'].map(get).find((v) => v.kind !== 'unknown' || v.why !== 'absent');
      const place: Place = { role, item, ...(mark && { mark }) };
      if (content) this.content(content, place, many);
      else if (get('role').kind === 'unknown') this.content(value, place, many);
      return;
    }
    if (value.kind === 'array' && value.items.length === 2 && value.items[0]?.value.kind === 'const') {
      const role = roleOf(value.items[0].value);
      const body = value.items[1]?.value;
      if (body) this.content(body.kind === 'const' ? this.template(body) : body, { role, item }, many);
      return;
    }
    if (value.kind === 'external') {
      const made = value.calls.at(-1);
      const name = value.signature.replace(/\(\)/g, '');
      if (made && /MessagesPlaceholder$/.test(name)) {
        this.hole(
          {
            kind: 'unknown',
            why: 'dynamic',
            stability: 'per-call',
            at: value.at,
            cause: { kind: 'history', text: name, at: value.at, certain: false },
          },
          { role: 'user', item },
          true,
        );
        return;
      }
      if (made && (isMessageClass(name) || /(Content|UserContent|ModelContent)$/.test(name))) {
        const content = evaluator.argument(made, 'content', 0) ?? evaluator.argument(made, 'parts', 1) ?? evaluator.argument(made, 'content', 1);
        const roleValue = evaluator.argument(made, 'role', undefined);
        const role = roleValue ? roleOf(roleValue) : classRole(name);
        const python = made.env.index.unit.language === 'python';
        const body = content ?? (python ? undefined : made.call.args[0] && evaluator.evaluate(made.call.args[0].value, made.env));
        if (body) return this.content(body, { role, item }, many);
      }
      return this.content(value, { role: 'user', item }, many);
    }
    if (value.kind === 'choice') {
      const first = value.options.find((o) => o.kind === 'object' || o.kind === 'const') ?? value.options[0];
      if (first) this.message(first, many);
      return;
    }
    if (value.kind === 'unknown' && many) return this.hole(value, { role: 'user', item }, true);
    this.content(value, { role: 'user', item }, many);
  }

  // ── content ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Text, blocks, or parts of one message or of the system prompt. */
  content(value: Value, place: Place, many = false): void {
    const { evaluator, at } = this.context;
    switch (value.kind) {
      case 'const':
        if (value.value !== null && value.value !== '') this.text(String(value.value), value.at, place, many);
        return;
      case 'text':
        this.pieces(value, place, many);
        return;
      case 'array': {
        value.items.forEach((item, i) =>
          this.content(item.value, i === value.items.length - 1 ? place : { role: place.role, item: place.item }, many || item.many),
        );
        return;
      }
      case 'object': {
        const get = (key: string) => evaluator.property(value, key, at, value.env);
        const given = (v: Value) => v.kind !== 'unknown' || v.why !== 'absent';
        if (given(get('cachePoint'))) {
          this.markLast({ ttl: '5m', at: value.at });
          return;
        }
        const mark = this.markOf(value) ?? place.mark;
        const marked: Place = { role: place.role, item: place.item, ...(mark && { mark }) };
        const body = ['text', 'content', 'parts', 'output', 'input_text'].map(get).find(given);
        if (body) return this.content(body, marked, many);
        const rendered = render(evaluator, value);
        const changing = this.changing(value, 0);
        if (rendered.complete) this.text(rendered.text, value.at, marked, many);
        else
          this.hole(
            {
              kind: 'unknown',
              why: 'dynamic',
              stability: changing?.stability ?? 'per-call',
              at: value.at,
              ...(changing?.cause && { cause: changing.cause }),
            },
            marked,
            many,
          );
        return;
      }
      case 'choice':
        return this.branches(value, place, many);
      case 'external':
        return this.externalContent(value, place, many);
      case 'function':
      case 'class':
      case 'instance':
      case 'module':
      case 'chain':
      case 'unknown':
        this.hole(value, place, many);
        return;
    }
  }

  private pieces(value: Extract<Value, { kind: 'text' }>, place: Place, many: boolean): void {
    const flat = flatten(value);
    flat.forEach((part, i) => {
      const own: Place = i === flat.length - 1 ? place : { role: place.role, item: place.item };
      this.content(part, own, many);
    });
  }

  /** Several texts, one of which is sent: each is unchanging by itself, so it counts as text of uncertain length. */
  private branches(value: Extract<Value, { kind: 'choice' }>, place: Place, many: boolean): void {
    const texts = value.options.filter((o) => o.kind === 'const' && typeof o.value === 'string');
    if (texts.length === value.options.length && texts.length > 0) {
      const counts = texts.map((t) => this.count(t.kind === 'const' ? String(t.value) : ''));
      const longest = texts.reduce((a, b) => (a.kind === 'const' && b.kind === 'const' && String(b.value).length > String(a.value).length ? b : a));
      const tokens: Range = {
        low: Math.min(...counts.map((c) => c.low)),
        expected: Math.max(...counts.map((c) => c.expected)),
        high: Math.max(...counts.map((c) => c.high)),
      };
      if (tokens.high > 0)
        this.push({
          ...place,
          at: longest.at,
          text: known(longest.kind === 'const' ? String(longest.value) : '', longest.at),
          tokens,
          stability: 'static',
          ...(many && { many }),
        });
      return;
    }
    const readable = value.options.filter((o) => o.kind !== 'unknown' && !(o.kind === 'const' && (o.value === '' || o.value === null)));
    const best = readable.find((o) => o.kind === 'text' || o.kind === 'array') ?? readable[0] ?? value.options[0];
    if (best) this.content(best, place, many);
  }

  private externalContent(value: ExternalValue, place: Place, many: boolean): void {
    const { evaluator } = this.context;
    const made = value.calls.at(-1);
    const name = value.signature.replace(/\(\)/g, '');
    if (made && /(^|\.)(from_text|fromText|Part|TextBlock|TextPart|TextContent|TextBlockParam|InputText)$/.test(name)) {
      const text = evaluator.argument(made, 'text', 0);
      if (text) return this.content(text, place, many);
    }
    if (made && /(^|\.)(dumps|JSON\.stringify|stringify|str|repr|model_dump_json|dump)$/.test(name)) {
      const arg = made.call.args[0];
      const inner = arg && evaluator.evaluate(arg.value, made.env);
      if (inner) {
        const rendered = render(evaluator, inner);
        if (rendered.complete) return this.text(rendered.text, inner.at, place, many);
        const unsorted = this.changing(inner, 0);
        return this.hole(
          {
            kind: 'unknown',
            why: 'dynamic',
            stability: unsorted?.stability ?? 'per-call',
            at: value.at,
            ...(unsorted?.cause && { cause: unsorted.cause }),
          },
          place,
          many,
        );
      }
    }
    if (made && /(SystemMessage|PromptTemplate(\.from_template|\.fromTemplate)?|SystemPrompt\w*|dedent|TextPrompt)$/.test(name)) {
      const inner =
        evaluator.argument(made, 'content', 0) ??
        evaluator.argument(made, 'template', 0) ??
        (made.call.args[0] && evaluator.evaluate(made.call.args[0].value, made.env));
      if (inner) return this.content(inner.kind === 'const' && /Template/.test(name) ? this.template(inner) : inner, place, many);
    }
    this.hole(value, place, many);
  }

  private text(text: string, at: Location, place: Place, many: boolean): void {
    if (many) {
      const tokens = this.count(text);
      this.push({
        ...place,
        at,
        text: known(text, at),
        tokens: { low: 0, expected: tokens.expected, high: tokens.high * 10 },
        stability: 'per-call',
        many: true,
      });
      return;
    }
    const previous = this.segments.at(-1);
    // Adjacent pieces of the same item are one piece of text when they stand in one place.
    if (
      previous &&
      previous.role === place.role &&
      previous.item === place.item &&
      previous.text.kind === 'known' &&
      previous.stability === 'static' &&
      !previous.mark &&
      previous.at.path === at.path &&
      previous.at.start === at.start
    ) {
      const joined = previous.text.value + text;
      this.segments[this.segments.length - 1] = {
        ...previous,
        text: known(joined, at),
        tokens: this.count(joined),
        ...(place.mark && { mark: place.mark }),
      };
      return;
    }
    this.push({ ...place, at, text: known(text, at), tokens: this.count(text), stability: 'static' });
  }

  private hole(value: Value, place: Place, many: boolean): void {
    const changing = this.changing(value, 0);
    const found = changing?.cause ?? this.guess(value);
    const list = many && place.role !== 'tools' && place.role !== 'system';
    const cause: Cause | undefined =
      list && (!found || found.kind === 'loop' || !found.certain)
        ? {
            kind: found?.kind === 'retrieval' ? 'retrieval' : 'history',
            text: found?.text ?? sourceText(this.context.evaluator, value),
            at: found?.at ?? value.at,
            certain: false,
          }
        : found;
    // Several pieces that each stand for any number of messages are one conversation.
    if (list && this.segments.some((s) => s.many && s.role !== 'tools' && s.role !== 'system' && s.text.kind === 'unknown')) return;
    const fixed = value.kind === 'external' && (place.role === 'system' || place.role === 'tools') ? value.limit : undefined;
    const called = value.kind === 'external' || value.kind === 'unknown' ? value.through : undefined;
    const stability = this.context.settle(changing?.stability ?? fixed ?? 'per-call', called ?? cause?.at ?? value.at);
    this.hiddenParts ||= !(cause?.certain ?? false);
    const text: Known<string> = unknown(value.kind === 'unknown' ? value.why : 'dynamic', value.at);
    this.push({
      ...place,
      at: value.at,
      text,
      tokens: assumedTokens(place.role, cause?.kind, many, this.context.assumptions),
      stability,
      ...(cause && { cause }),
      ...(many && { many: true }),
    });
  }

  private push(segment: PromptSegment): void {
    if (segment.mark) this.marks++;
    this.segments.push(segment);
  }

  private markLast(mark: CacheMark): void {
    const last = this.segments.at(-1);
    if (!last) return;
    this.marks++;
    this.segments[this.segments.length - 1] = { ...last, mark };
  }

  private count(text: string): Range {
    const { low, expected, high } = this.context.counter.countText(this.context.family, text);
    return { low, expected, high };
  }

  // ── what changes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** How often a value changes, and why; undefined when nothing in it is known to change. */
  changing(value: Value, depth: number): { readonly stability: Stability; readonly cause?: Cause } | undefined {
    if (depth > 4) return undefined;
    const { evaluator } = this.context;
    const worst = (values: readonly Value[]) =>
      values
        .map((v) => this.changing(v, depth + 1))
        .reduce((a, b) => (!a ? b : !b ? a : rank(b.stability) > rank(a.stability) ? b : a), undefined as ReturnType<SegmentReader['changing']>);
    switch (value.kind) {
      case 'unknown':
        return { stability: value.stability, ...(value.cause && { cause: value.cause }) };
      case 'text':
        return worst(value.parts);
      case 'choice':
        return worst(value.options);
      case 'array':
        return worst(value.items.map((i) => i.value));
      case 'object':
        return worst(value.expr.entries.slice(0, 40).map((e) => evaluator.evaluate(e.value, value.env)));
      case 'external': {
        const found = volatility(value);
        if (found)
          return { stability: found.stability, cause: { kind: found.kind, text: sourceText(evaluator, value), at: value.at, certain: true } };
        const made = value.calls.at(-1);
        const inner = made ? worst(made.call.args.map((a) => evaluator.evaluate(a.value, made.env))) : undefined;
        if (!inner?.cause?.certain) return undefined;
        const capped = value.limit && rank(value.limit) < rank(inner.stability) ? value.limit : inner.stability;
        return { ...inner, stability: inner.cause.kind === 'clock' && rank(capped) > rank('per-day') && writesDateOnly(value) ? 'per-day' : capped };
      }
      default:
        return undefined;
    }
  }

  /** What an expression that could not be followed most likely is, by its words. */
  private guess(value: Value): Cause | undefined {
    if (value.kind !== 'external' && value.kind !== 'unknown' && value.kind !== 'instance') return undefined;
    const text = sourceText(this.context.evaluator, value);
    const kind: Cause['kind'] = /retriev|search|document|docs|chunk|context|passage|rag\b|fetch|read/i.test(text)
      ? 'retrieval'
      : /histor|messages|conversation|memory|turns/i.test(text)
        ? 'history'
        : 'input';
    return { kind, text, at: value.at, certain: false };
  }

  // ── marks ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  private markOf(value: Value): CacheMark | undefined {
    if (value.kind !== 'object') return undefined;
    const { evaluator, at } = this.context;
    const get = (key: string) => evaluator.property(value, key, at, value.env);
    const direct = get('cache_control');
    const nested = ['providerOptions', 'experimental_providerMetadata', 'providerMetadata'].map(get).find((v) => v.kind === 'object');
    const anthropic = nested ? evaluator.property(nested, 'anthropic', at, value.env) : undefined;
    const found =
      direct.kind === 'object'
        ? direct
        : anthropic?.kind === 'object'
          ? ['cacheControl', 'cache_control'].map((k) => evaluator.property(anthropic, k, at, value.env)).find((v) => v.kind === 'object')
          : undefined;
    if (!found) return undefined;
    const ttl = evaluator.property(found, 'ttl', at, value.env);
    const life =
      ttl.kind === 'const' && (ttl.value === '1h' || ttl.value === '5m')
        ? ttl.value
        : ttl.kind === 'unknown' && ttl.why === 'absent'
          ? '5m'
          : 'unknown';
    return { ttl: life, at: found.at };
  }
}

const isList = (value: UnknownValue): boolean => /messages|history|conversation|contents|turns/i.test(value.cause?.text ?? value.parameter ?? '');

function sourceText(evaluator: Evaluator, value: Value): string {
  const unit = evaluator.program.unit(value.at.path);
  const text = unit?.unit.text.slice(value.at.start, value.at.end).replace(/\s+/g, ' ').trim() ?? '';
  const shown = text || (value.kind === 'external' ? value.signature : '');
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}

/** Parts of nested texts in order; a constant between holes keeps its own place. */
function flatten(value: Value, depth = 0): readonly Value[] {
  if (value.kind !== 'text' || depth > 200) return [value];
  return value.parts.flatMap((p) => flatten(p, depth + 1));
}

function roleOf(value: Value): SegmentRole {
  const role = value.kind === 'const' && typeof value.value === 'string' ? value.value.toLowerCase() : '';
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'assistant' || role === 'model' || role === 'ai') return 'assistant';
  if (role === 'tool' || role === 'function') return 'tool-result';
  return 'user';
}

const isMessageClass = (name: string): boolean =>
  /(^|\.)(System|Human|AI|Tool|Function|User|Assistant|Chat)(Message|MessagePromptTemplate\.from_template)$|Message(Param)?$|(^|\.)ChatMessage\.from_\w+$/.test(
    name,
  );

function classRole(name: string): SegmentRole {
  if (/System|Developer|from_system/.test(name)) return 'system';
  if (/AI|Assistant|Model|from_assistant/.test(name)) return 'assistant';
  return /Tool|Function/.test(name) ? 'tool-result' : 'user';
}
