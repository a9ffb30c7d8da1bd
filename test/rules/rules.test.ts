import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configSchema, defaultConfig, RULE_IDS } from '../../core/config.ts';
import { type CallSite, known, type LoopContext, unknown } from '../../core/model.ts';
import { quote } from '../../core/pricing/index.ts';
import { combinedSaving } from '../../core/rules/combine.ts';
import { rules } from '../../core/rules/index.ts';
import { distinct } from '../../core/rules/run.ts';
import { agent, at, hole, site, text } from '../call-site.ts';
import { EXPLICIT, findings, IMPLICIT, rulesOf } from './build.ts';

const has = (rule: string, call: CallSite, setting: Parameters<typeof findings>[1] = {}): boolean => rulesOf(call, setting).includes(rule);
const mark = { ttl: '5m', at: at() } as const;
const clock = hole('system', 12, 'per-call', 'clock');
const user = hole('user', 500, 'per-call', 'input');
const openOptions = { path: '/app/agent.py', form: 'keywords', span: { start: 0, end: 1 }, options: [], open: true } as const;
const options = { ...openOptions, open: false };

test('every rule id has a rule, and the other way round', () => {
  assert.deepEqual(rules.map((rule) => rule.id).sort(), [...RULE_IDS].sort());
});

describe('cache-dynamic-prefix', () => {
  const rule = 'cache-dynamic-prefix';
  const dated = site({ segments: [clock, text('system', 3000), user] });
  test('a clock before a long unchanging text is reported where it is evaluated, with what it costs', () => {
    const [finding] = findings(dated);
    assert.equal(finding?.rule, rule);
    assert.equal(finding.severity, 'warning');
    assert.deepEqual(finding.span, { start: 10, end: 24 });
    assert.match(finding.message, /^datetime\.now\(\) changes with every call/);
    assert.ok((finding.saving?.expected ?? 0) > 0);
  });
  test('a date, a module-level date and a clock at the end are fine', () => {
    for (const stability of ['per-day', 'per-process', 'static'] as const) {
      assert.equal(has(rule, site({ segments: [{ ...clock, stability }, text('system', 3000), user] })), false, stability);
    }
    assert.equal(has(rule, site({ segments: [text('system', 3000), clock, user] })), false);
  });
  test('in a growing loop a clock costs the whole conversation, however short the prompt', () => {
    const [finding] = findings(agent(10, { segments: [clock, text('system', 200), hole('user', 300, 'per-run', 'input')], caching: 'implicit' }), {
      cache: IMPLICIT,
    });
    assert.equal(finding?.rule, rule);
    assert.match(finding.message, /changes with every step/);
  });
  test('what is probably different, in a system prompt, is a hint', () => {
    const assumed = site({ segments: [hole('system', 300, 'per-run', 'input'), text('system', 3000), user], caching: 'implicit' });
    assert.deepEqual(
      findings(assumed, { cache: IMPLICIT }).map((finding) => [finding.rule, finding.severity]),
      [[rule, 'hint']],
    );
    assert.equal(
      has(rule, site({ segments: [hole('user', 300, 'per-run', 'input'), text('user', 3000)], caching: 'implicit' }), { cache: IMPLICIT }),
      false,
    );
  });
  test('silent where it cannot know: unknown cause, price, minimum, marks; managed or no cache; text too short', () => {
    assert.equal(has(rule, site({ segments: [hole('system', 12, 'per-call', 'unknown'), text('system', 3000)] })), false);
    assert.equal(has(rule, dated, { price: 'unknown' }), false);
    assert.equal(has(rule, dated, { cache: { ...EXPLICIT, minimumTokens: undefined } }), false);
    assert.equal(has(rule, { ...dated, marksUnknown: true }), false);
    for (const caching of ['managed', 'none'] as const) assert.equal(has(rule, { ...dated, caching }), false, caching);
    assert.equal(has(rule, site({ segments: [clock, text('system', 1100), user] })), false, 'within the margin of the minimum');
  });
});

describe('cache-missing-breakpoint', () => {
  const rule = 'cache-missing-breakpoint';
  test('an agent loop without marks is a warning', () => {
    const finding = findings(agent(20)).find((found) => found.rule === rule);
    assert.equal(finding?.severity, 'warning');
    assert.match(finding.message, /whole conversation/);
  });
  test('a single call with a long prompt is a hint: it depends on the traffic', () => {
    const finding = findings(site()).find((found) => found.rule === rule);
    assert.equal(finding?.severity, 'hint');
    const rare = { ...defaultConfig.assumptions, runsPerDay: 1 };
    assert.equal(has(rule, site(), { config: { assumptions: rare } }), false);
  });
  test('silent with any mark, unknown marks, a spread, a batch, an implicit cache', () => {
    assert.equal(has(rule, agent(20, { automaticMark: true })), false);
    assert.equal(has(rule, agent(20, { marksUnknown: true })), false);
    assert.equal(has(rule, agent(20, { options: openOptions })), false);
    assert.equal(has(rule, site({ segments: [text('system', 3000, { mark }), user] })), false);
    assert.equal(has(rule, site({ batch: true })), false);
    assert.equal(has(rule, agent(20, { caching: 'implicit' }), { cache: IMPLICIT }), false);
    assert.equal(has(rule, site({ segments: [text('system', 800), user] })), false);
  });
});

describe('cache-below-minimum', () => {
  const rule = 'cache-below-minimum';
  const marked = (tokens: number, more = {}) => site({ segments: [text('system', tokens, { mark }), user], ...more });
  test('a mark behind too few tokens is reported', () => assert.ok(has(rule, marked(300))));
  test('not near the minimum, not behind unknown text, not when a later mark is long enough', () => {
    assert.equal(has(rule, marked(1000)), false);
    assert.equal(has(rule, site({ segments: [text('system', 300), { ...user, mark }] })), false);
    assert.equal(has(rule, site({ segments: [text('tools', 300, { mark }), text('system', 2000, { mark })] })), false);
    assert.equal(has(rule, marked(300, { alternatives: [known('claude-opus-5-5', at())] })), false);
    assert.equal(has(rule, agent(10, { segments: [text('user', 300, { mark })] })), false, 'the conversation grows');
  });
});

describe('volatile-tools', () => {
  const rule = 'volatile-tools';
  test('a clock in a tool definition is reported, once, and not as a dynamic prefix', () => {
    const call = agent(10, { segments: [hole('tools', 200, 'per-call', 'clock'), text('system', 2000), hole('user', 500, 'per-run', 'input')] });
    const found = rulesOf(call);
    assert.ok(found.includes(rule));
    assert.equal(found.includes('cache-dynamic-prefix'), false);
  });
  test('tools that come from elsewhere are not judged', () =>
    assert.equal(has(rule, agent(10, { segments: [hole('tools', 200, 'per-call', 'state'), text('system', 2000)] })), false));
});

describe('no-output-cap', () => {
  const rule = 'no-output-cap';
  const open = { maxOutputTokens: unknown('absent'), omittedCap: 'model-maximum', options } as const;
  test('says what the maximum of the model costs', () => {
    const finding = findings(site(open)).find((found) => found.rule === rule);
    assert.equal(finding?.severity, 'hint');
    assert.match(finding.message, /max_tokens.*128k tokens or \$1\.92/);
  });
  test('where the cap sits in a constructor or a nested option there is no fix, only the advice', () => {
    const finding = findings(site({ ...open, options: undefined, names: {} })).find((found) => found.rule === rule);
    assert.match(finding?.message ?? '', /^No cap on the answer/);
    assert.deepEqual(finding?.fixes, []);
  });
  test('silent where a cap is required, filled in, unresolved, or out of sight', () => {
    assert.equal(has(rule, site({ ...open, omittedCap: 'required' })), false);
    assert.equal(has(rule, site({ ...open, omittedCap: 4096 })), false);
    assert.equal(has(rule, site({ ...open, options: openOptions })), false);
    assert.equal(has(rule, site({ ...open, options: undefined })), false);
    assert.equal(has(rule, site({ ...open, maxOutputTokens: unknown('spread') })), false);
  });
});

describe('unbounded-loop', () => {
  const rule = 'unbounded-loop';
  const framework = (bound: number | undefined) => {
    const loop: LoopContext = {
      kind: 'framework',
      bound: bound === undefined ? { kind: 'none' } : known(bound, at()),
      grows: true,
      option: 'max_turns',
    };
    return site({ loop, loops: [loop] });
  };
  test('a condition that ends no loop is reported, and no number is put in its place', () => {
    const fixesOf = (byCondition?: true) => {
      const place = { start: 10, end: 30 };
      const taken: CallSite['options'] = { ...options, options: [{ name: 'strategy', span: place, value: place }] };
      const loop: LoopContext = { kind: 'framework', bound: { kind: 'none' }, grows: true, option: 'strategy', ...(byCondition && { byCondition }) };
      return findings(site({ loop, loops: [loop], options: taken })).find((found) => found.rule === rule)?.fixes.length;
    };
    assert.equal(fixesOf(true), 0);
    assert.equal(fixesOf(), 1);
  });
  test('a loop that only the model ends is a warning, with the cost of 10 and 100 steps', () => {
    const finding = findings(agent()).find((found) => found.rule === rule);
    assert.equal(finding?.severity, 'warning');
    assert.match(finding.message, /10 steps cost about \$[\d.]+, 100 steps about \$/);
    assert.match(findings(framework(undefined)).find((found) => found.rule === rule)?.message ?? '', /Set max_turns/);
  });
  test('a bound in name only is info', () => {
    const finding = findings(framework(10_007)).find((found) => found.rule === rule);
    assert.equal(finding?.severity, 'info');
    assert.match(finding.message, /10007 steps/);
  });
  test('silent with a bound, an unknown bound, or a ceiling', () => {
    assert.equal(has(rule, agent(20)), false);
    const loop = { kind: 'loop', bound: unknown('dynamic'), grows: true } as const;
    assert.equal(has(rule, site({ loop, loops: [loop] })), false);
    assert.equal(has(rule, agent(undefined, { guards: [{ kind: 'money', name: 'max_budget_usd', at: at() }] })), false);
  });
});

describe('no-budget-guard', () => {
  const rule = 'no-budget-guard';
  test('an endless agent loop and an open batch have no ceiling', () => {
    assert.ok(has(rule, agent()));
    const batch = { kind: 'batch', bound: unknown('dynamic'), grows: false } as const;
    assert.ok(has(rule, site({ loop: batch, loops: [batch] })));
  });
  test('any guard counts; a short bounded loop is its own ceiling; a long dear one is not', () => {
    for (const kind of ['money', 'tokens', 'gateway'] as const)
      assert.equal(has(rule, agent(undefined, { guards: [{ kind, name: 'x', at: at() }] })), false);
    assert.equal(has(rule, agent(10)), false);
    assert.ok(has(rule, agent(200)));
    assert.equal(has(rule, site()), false);
  });
});

describe('unbounded-history', () => {
  const rule = 'unbounded-history';
  const history = { name: 'messages', at: at(), growsAt: at(60, 68), trimmed: false, loop: 'session' } as const;
  test('a conversation that nothing shortens, with the cost of 10 and 100 turns', () => {
    const finding = findings(site({ history })).find((found) => found.rule === rule);
    assert.deepEqual(finding?.span, { start: 60, end: 68 });
    assert.match(finding.message, /10 turns cost about .* 100 turns about/);
  });
  test('silent when trimmed, or when the run is short', () => {
    assert.equal(has(rule, site({ history: { ...history, trimmed: true } })), false);
    assert.equal(has(rule, agent(10, { history: { ...history, loop: 'run' } })), false);
    assert.ok(has(rule, agent(undefined, { history: { ...history, loop: 'run' } })));
  });
});

test('unbounded-fanout: only without a limit, over more than a few items', () => {
  const fanout = (more = {}) => site({ fanout: { at: at(40, 50), bounded: { kind: 'none' }, over: 'docs', items: unknown('dynamic'), ...more } });
  assert.ok(has('unbounded-fanout', fanout()));
  assert.equal(has('unbounded-fanout', fanout({ bounded: known(5, at()) })), false);
  assert.equal(has('unbounded-fanout', fanout({ bounded: unknown('dynamic') })), false);
  assert.equal(has('unbounded-fanout', fanout({ items: known(3, at()) })), false);
});

test('retry-without-backoff: for ever is info, a few times a hint, one retry nothing', () => {
  const found = (attempts: number | undefined, backoff = false) =>
    findings(site({ retry: { at: at(40, 50), attempts: attempts === undefined ? { kind: 'none' } : known(attempts, at()), backoff } })).find(
      (finding) => finding.rule === 'retry-without-backoff',
    )?.severity;
  assert.deepEqual([found(undefined), found(5), found(2), found(5, true)], ['info', 'hint', undefined, undefined]);
});

describe('routing-cheaper-model', () => {
  const rule = 'routing-cheaper-model';
  const today = '2026-11-23';
  const priced = (id: string) => {
    const price = quote({ provider: 'anthropic', model: id, at: today });
    assert.equal(price.kind, 'quote');
    return price.kind === 'quote' ? price : undefined;
  };
  const task = (id: string, more: Partial<CallSite> = {}) =>
    site({
      model: known(id, at(30, 49)),
      maxOutputTokens: known(5, at()),
      toolCount: unknown('absent'),
      segments: [text('system', 200), user],
      ...more,
    });
  test('a label from a flagship model', () => {
    const finding = findings(task('claude-opus-5'), { price: priced('claude-opus-5'), today }).find((found) => found.rule === rule);
    assert.equal(finding?.severity, 'hint');
    assert.match(finding.message, /at most 5 tokens does not need claude-opus-5: claude-haiku/);
  });
  test('a longer answer needs a prompt that asks for a simple task', () => {
    const words = (prompt: string) =>
      task('claude-opus-5', { maxOutputTokens: known(200, at()), segments: [text('system', 200, { text: known(prompt, at()) }), user] });
    assert.ok(has(rule, words('Classify the message as billing or support.'), { price: priced('claude-opus-5') }));
    assert.equal(has(rule, words('Write a contract.'), { price: priced('claude-opus-5') }), false);
  });
  test('a model that retires within months and has a cheaper successor', () => {
    const call = task('claude-sonnet-4-5', { maxOutputTokens: known(4000, at()) });
    const finding = findings(call, { price: priced('claude-sonnet-4-5'), today }).find((found) => found.rule === rule);
    assert.match(finding?.message ?? '', /will be retired on 2026-11-30/);
  });
  test('silent with tools, a loop, a small model, a choice of models', () => {
    assert.equal(has(rule, task('claude-opus-5', { toolCount: known(2, at()) }), { price: priced('claude-opus-5') }), false);
    assert.equal(has(rule, task('claude-haiku-4-5'), { price: priced('claude-haiku-4-5') }), false);
    assert.equal(has(rule, task('claude-opus-5', { alternatives: [known('claude-haiku-4-5', at())] }), { price: priced('claude-opus-5') }), false);
  });
});

describe('severity', () => {
  const config = (severity: string) => configSchema.parse({ rules: { 'cache-missing-breakpoint': severity } });
  const severity = (call: CallSite, set: string) =>
    findings(call, { config: config(set) }).find((found) => found.rule === 'cache-missing-breakpoint')?.severity;
  test('follows the configuration; what rests on an assumption stays a hint', () => {
    assert.equal(severity(agent(20), 'error'), 'error');
    assert.equal(severity(agent(20), 'off'), undefined);
    assert.equal(severity(site(), 'error'), 'hint');
  });
  test('a saving below minSaving is no finding', () => {
    assert.equal(has('cache-missing-breakpoint', agent(20), { config: { minSaving: 1_000_000 } }), false);
  });
});

describe('combined saving', () => {
  const range = (n: number) => ({ low: n, expected: n, high: n });
  const run = range(1000);
  test('the same tokens are counted once: of the cache findings the largest', () => {
    const both = [
      { rule: 'cache-dynamic-prefix', saving: range(600) },
      { rule: 'cache-missing-breakpoint', saving: range(500) },
    ];
    assert.equal(combinedSaving(both, run).expected, 600);
  });
  test('a cheaper model saves its share of what the cache leaves; never more than the run', () => {
    const both = [
      { rule: 'cache-missing-breakpoint', saving: range(600) },
      { rule: 'routing-cheaper-model', saving: range(500) },
    ];
    assert.equal(combinedSaving(both, run).expected, 800);
    assert.equal(combinedSaving([...both, { rule: 'no-output-cap', saving: range(5000) }], run).expected, 1000);
  });
  test('two findings that save on one call say what they save together', () => {
    const segments = [clock, text('system', 3000), user];
    const price = quote({ provider: 'anthropic', model: 'claude-opus-5', at: '2026-11-23' });
    const call = site({ segments, maxOutputTokens: known(5, at()), toolCount: unknown('absent'), model: known('claude-opus-5', at(30, 49)) });
    const saving = price.kind === 'quote' ? findings(call, { price }).filter((found) => found.saving) : [];
    assert.equal(saving.length, 2);
    for (const { message } of saving) assert.match(message, /With the other findings on this call: about \$/);
  });
});

test('calls that share a place in the code share the finding on it, with the largest saving', () => {
  const range = (n: number) => ({ low: n, expected: n, high: n });
  const first = findings(agent())[0];
  assert.ok(first);
  const { about: _, ...found } = first;
  const [small, large, elsewhere] = [
    { ...found, saving: range(1) },
    { ...found, saving: range(9) },
    { ...found, span: { start: 70, end: 71 } },
  ];
  assert.deepEqual(distinct([small, large, elsewhere]), [large, elsewhere]);
});

test('a loop with several calls in it is said to have no end once, not at each call', () => {
  const loop = { path: 'a.ts', start: 5, end: 900 };
  const [first] = findings(agent());
  assert.ok(first);
  const [one, two, other] = [
    { ...first, about: loop },
    { ...first, about: loop, span: { start: 70, end: 71 } },
    { ...first, about: { ...loop, start: 1_000, end: 2_000 }, span: { start: 80, end: 81 } },
  ];
  assert.deepEqual(distinct([one, two, other]), [one, other]);
});

test('what a loop appends to its messages does not break their prefix; a clock in them does', () => {
  const appended = [text('system', 3000), hole('user', 300, 'per-run', 'input'), hole('user', 900, 'per-call', 'input')];
  assert.ok(has('cache-missing-breakpoint', agent(20, { segments: appended })));
  assert.match(findings(agent(20, { segments: appended }))[0]?.message ?? '', /whole conversation/);
  const clocked = [text('system', 200), hole('user', 12, 'per-call', 'clock'), hole('user', 900, 'per-call', 'input')];
  assert.equal(has('cache-missing-breakpoint', agent(20, { segments: clocked })), false);
  assert.ok(has('cache-dynamic-prefix', agent(20, { segments: clocked })));
});

test('a framework puts the prompt together once: a clock in it is the same for all steps', () => {
  const loop: LoopContext = { kind: 'framework', bound: known(20, at()), grows: true };
  const call = site({ loop, loops: [loop], toolCount: known(3, at()), segments: [clock, text('system', 3000), user] });
  assert.equal(has('cache-dynamic-prefix', call), false);
  assert.ok(has('cache-missing-breakpoint', call));
});
