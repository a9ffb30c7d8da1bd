import { dict, list } from '../../core/tokens/json.ts';
import { type Flat, flatten } from './flatten.ts';
import { type CrossValidation, type HeldBack, type HeldBackText, stretched, stretches } from './model.ts';
import { median, quantile, random } from './regression.ts';
import { charactersRival, type Rival } from './rivals.ts';

interface Goal {
  readonly name: string;
  readonly has: (row: HeldBack) => boolean;
  /** p90 of the absolute error in percent; or the share of exact rows. */
  readonly p90?: number;
  readonly exact?: number;
}

const claude = (row: HeldBack, id: string): boolean => row.call.provider === 'anthropic' && row.group.startsWith(id);
const withTools = (row: HeldBack): boolean => row.group.endsWith('tools');
const openai = (row: HeldBack): boolean => row.call.provider.startsWith('openai');

/** Only messages: no schema to answer in, no tool calls, nothing encrypted. */
function plain(row: HeldBack): boolean {
  const body = row.call.request;
  const format = dict(dict(body.response_format).json_schema).schema ?? dict(dict(body.text).format).schema;
  const items = [...list(body.messages), ...list(body.input)].map(dict);
  return format === undefined && items.every((item) => !item.tool_calls && item.role !== 'tool' && (item.type ?? 'message') === 'message');
}

const GOALS: readonly Goal[] = [
  { name: 'OpenAI chat and responses, messages only', has: (row) => openai(row) && !withTools(row) && plain(row), exact: 95 },
  { name: 'OpenAI chat and responses, all without tools', has: (row) => openai(row) && !withTools(row), exact: 95 },
  { name: 'OpenAI chat, tools', has: (row) => row.call.provider === 'openai-chat' && withTools(row), p90: 5 },
  { name: 'OpenAI responses, tools', has: (row) => row.call.provider === 'openai-responses' && withTools(row), p90: 5 },
  { name: 'OpenAI, tools', has: (row) => openai(row) && withTools(row), p90: 5 },
  { name: 'Claude up to 4.6, text', has: (row) => claude(row, 'claude-v3') && !withTools(row), p90: 5 },
  { name: 'Claude up to 4.6, tools', has: (row) => claude(row, 'claude-v3') && withTools(row), p90: 5 },
  { name: 'Claude 4.7 and later, text', has: (row) => claude(row, 'claude-v47') && !withTools(row), p90: 8 },
  { name: 'Claude 4.7 and later, tools', has: (row) => claude(row, 'claude-v47') && withTools(row), p90: 8 },
  { name: 'Gemini, text', has: (row) => row.call.provider === 'gemini' && !withTools(row), p90: 6 },
  { name: 'Gemini, tools', has: (row) => row.call.provider === 'gemini' && withTools(row), p90: 15 },
  { name: 'Bedrock (Claude), text', has: (row) => row.call.provider === 'bedrock' && row.group.startsWith('claude') && !withTools(row), p90: 5 },
  { name: 'Bedrock (Claude), tools', has: (row) => row.call.provider === 'bedrock' && row.group.startsWith('claude') && withTools(row), p90: 5 },
];

const percent = (value: number): string => (value * 100).toFixed(1);
const share = (rows: readonly { expected: number; truth: number }[]): number => rows.filter((row) => row.expected === row.truth).length / rows.length;
const errorsOf = (rows: readonly { expected: number; truth: number }[]): number[] =>
  rows.map((row) => Math.abs(row.expected - row.truth) / row.truth);

/** 95 % of 1,000 resamples; `by` draws whole groups (repositories), as rows of one are alike. */
function interval<T>(rows: readonly T[], statistic: (rows: readonly T[]) => number, by?: (row: T) => string): [number, number] {
  const next = random(7);
  const groups = new Map<string, T[]>();
  rows.forEach((row, at) => {
    const key = by ? by(row) : String(at);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  });
  const lots = [...groups.values()];
  const found: number[] = [];
  for (let draw = 0; draw < 1000; draw++) found.push(statistic(lots.flatMap(() => lots[Math.floor(next() * lots.length)] as T[])));
  return [quantile(found, 0.025), quantile(found, 0.975)];
}

type Judged = HeldBack & { readonly flat: Flat; readonly factor: number };

/** One factor for each family, with and without tools, over the o200k_base tokens of all texts: the median of the other folds. */
function singleFactor(rows: readonly HeldBack[], tiktoken: Rival): (row: HeldBack, flat: Flat) => number {
  const raw = new Map(rows.map((row) => [row, tiktoken.count(flatten(row.call), row.call.model) ?? 0]));
  const factors = new Map<string, number>();
  return (row) => {
    const key = `${row.group} ${row.fold}`;
    let factor = factors.get(key);
    if (factor === undefined) {
      const others = rows.filter((other) => other.group === row.group && other.fold !== row.fold && (raw.get(other) ?? 0) > 0);
      factor = others.length ? median(others.map((other) => other.truth / (raw.get(other) as number))) : 1;
      factors.set(key, factor);
    }
    return (raw.get(row) ?? 0) * factor;
  };
}

function verdict(goal: Goal, [low, high]: [number, number], [lowest, highest]: [number, number]): string {
  const limit = (goal.p90 ?? goal.exact ?? 0) / 100;
  const good = (value: number): boolean => (goal.p90 === undefined ? value >= limit : value <= limit);
  if (good(low) && good(high)) return good(lowest) && good(highest) ? 'met' : 'met; open between repositories';
  return good(low) || good(high) ? 'open' : 'missed';
}

export function accuracyLines(validation: CrossValidation, rivals: readonly Rival[]): string[] {
  const rows = validation.rows.filter((row) => row.truth >= 50);
  const tiktoken = rivals.find((rival) => rival.name === 'tiktoken') ?? charactersRival;
  const factor = singleFactor(rows, tiktoken);
  const judged: Judged[] = rows.map((row) => {
    const flat = flatten(row.call);
    return { ...row, flat, factor: factor(row, flat) };
  });
  const widen = [0, 1, 2, 3, 4].map((fold) => stretches(validation.rows.filter((row) => row.fold !== fold)));
  const names = [...rivals.map(({ name }) => name), 'one factor'];
  const out = [
    '## Requests',
    '',
    'Recorded calls of at least 50 tokens, without hidden parts and media, from the providers’ own hosts; each judged by a fit that saw no call of its repository.',
    'Median / p90 of the absolute error in percent. In brackets: 95 % of bootstrap draws of rows, then of whole repositories, for the figure that the goal names.',
    '“Inside”: the truth lies within low…high, stretched as the other folds ask for; “width”: half of high − low, median, in percent of the truth.',
    '',
    `| rows | n (repositories) | goal | Costlint | interval | | exact | inside | width | ${names.join(' | ')} |`,
    `|---|---|---|---|---|---|---|---|---|${'---|'.repeat(names.length)}`,
  ];
  for (const goal of GOALS) {
    const own = judged.filter(goal.has);
    const statistic = (some: readonly Judged[]): number => (goal.p90 === undefined ? share(some) : quantile(errorsOf(some), 0.9));
    const byRow = interval(own, statistic);
    const byRepo = interval(own, statistic, (row) => row.call.repo);
    const ranges = own.map((row) => ({ ...row, ...stretched(row, widen[row.fold] as Record<string, [number, number]>) }));
    const inside = ranges.filter((row) => row.low <= row.truth && row.truth <= row.high).length / own.length;
    const width = median(ranges.map((row) => (row.high - row.low) / 2 / row.truth));
    const shown = ([low, high]: [number, number]): string => `${percent(low)}–${percent(high)}`;
    const errors = errorsOf(own);
    const others = [...rivals.map((rival) => (row: Judged) => rival.count(row.flat, row.call.model)), (row: Judged) => row.factor].map((count) => {
      const sizes = own.flatMap((row) => {
        const found = count(row);
        return found === undefined ? [] : [Math.abs(found - row.truth) / row.truth];
      });
      return sizes.length ? `${percent(median(sizes))} / ${percent(quantile(sizes, 0.9))}` : '–';
    });
    const wanted = goal.p90 === undefined ? `exact ≥ ${goal.exact} %` : `p90 ≤ ${goal.p90} %`;
    out.push(
      `| ${goal.name} | ${own.length} (${new Set(own.map((row) => row.call.repo)).size}) | ${wanted} | **${percent(median(errors))} / ${percent(quantile(errors, 0.9))}** | ${shown(byRow)}, ${shown(byRepo)} | ${verdict(goal, byRow, byRepo)} | ${percent(share(own))} % | ${percent(inside)} % | ± ${percent(width)} % | ${others.join(' | ')} |`,
    );
  }
  return [...out, '', ...textLines(validation.texts)];
}

function textLines(texts: readonly HeldBackText[]): string[] {
  const out = [
    '## Texts',
    '',
    'Texts of at least 50 tokens, each judged by a fit that did not see it (counted texts) or any text of its repository (texts of calls). Truth: Anthropic’s',
    'count_tokens for the counted texts of Claude; for texts of calls and for Gemini a reference tokenizer (docs/decisions/tokens.md).',
    '',
    '| texts | n | goal | median / p90 | interval of p90 | | inside | width |',
    '|---|---|---|---|---|---|---|---|',
  ];
  const goals: Record<string, number> = { 'counted texts v3': 8, 'counted texts v47': 10 };
  for (const key of [...new Set(texts.map((row) => `${row.set} ${row.model}`))].sort()) {
    const own = texts.filter((row) => `${row.set} ${row.model}` === key);
    const errors = errorsOf(own);
    const p90 = (some: readonly HeldBackText[]): number => quantile(errorsOf(some), 0.9);
    const [low, high] = interval(own, p90);
    const goal = goals[key];
    const inside = own.filter((row) => Math.abs(row.expected - row.truth) <= row.spread).length / own.length;
    const met = goal === undefined ? '' : high <= goal / 100 ? 'met' : low <= goal / 100 ? 'open' : 'missed';
    out.push(
      `| ${key.replace('v3', 'Claude up to 4.6').replace('v47', 'Claude 4.7 and later').replace('gemini', 'Gemini')} | ${own.length} | ${goal === undefined ? '' : `p90 ≤ ${goal} %`} | **${percent(median(errors))} / ${percent(quantile(errors, 0.9))}** | ${percent(low)}–${percent(high)} | ${met} | ${percent(inside)} % | ± ${percent(median(own.map((row) => row.spread / row.truth)))} % |`,
    );
  }
  return out;
}

const REMAINS = `The rows furthest off in each class (no more than six, identical ones once). What they are made of, as far as their bodies tell:
OpenAI: compacted or replayed reasoning is encrypted and judged by its length; pro mode and some o3 calls carry hidden tokens; gpt-4o and o3-mini calls of March 2025, the responses API’s
first month, carry 12 to 60 more, with tools up to 215, and no call since does; one recording (c51e0cee98efa3c8) was edited after it was counted; an array of described objects among the tools of gpt-4o chat costs 34 more than rendered.
Claude: three calls of Claude 4.5 count 180 to 280 fewer, as with the tool prompt of the generation before; nothing in their bodies says why (a beta header, perhaps); random letters and all-capital text are the hardest words.
Gemini: thought signatures follow no rule that sixty calls show fully; schemas to answer in cost something on 2.0 only.`;

/** Where the largest errors are: repository, model, truth and estimate of the rows beyond the goal. */
export function remainingLines(validation: CrossValidation): string[] {
  const out = ['## What remains', '', REMAINS, '', '| class | call | tokens | estimate | off |', '|---|---|---|---|---|'];
  for (const goal of GOALS.filter(({ name }) => name !== 'OpenAI, tools' && !name.endsWith('messages only'))) {
    const limit = (goal.p90 ?? 0) / 100;
    const off = (row: HeldBack): number => (row.expected - row.truth) / row.truth;
    const seen = new Set<string>();
    const far = validation.rows
      .filter((row) => row.truth >= 50 && goal.has(row) && Math.abs(off(row)) > limit)
      .sort((a, b) => Math.abs(off(b)) - Math.abs(off(a)))
      .filter(({ call, truth, expected }) => !seen.has(`${call.repo} ${truth} ${expected}`) && seen.add(`${call.repo} ${truth} ${expected}`))
      .slice(0, 6);
    for (const row of far) {
      const sign = row.expected > row.truth ? '+' : '−';
      out.push(
        `| ${goal.name} | ${row.call.repo}, ${row.call.model}, ${row.call.id} | ${row.truth} | ${row.expected} | ${sign}${percent(Math.abs(off(row)))} % |`,
      );
    }
  }
  return out;
}
