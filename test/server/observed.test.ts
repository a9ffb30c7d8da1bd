/** What the gateway saw, as the language server shows it at the line; the figures come as the editor would carry them. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { loadEngine } from '../../server/engine.ts';
import { observedSite } from '../rules/project.ts';
import { type Client, start, uri } from './harness.ts';

const CODE = `import OpenAI from 'openai';
const client = new OpenAI();
export const answer = (question: string) => {
  return client.chat.completions.create({ model: 'gpt-5.4', messages: [{ role: 'system', content: 'You mend clocks and watches of all makers.' }, { role: 'user', content: question }] });
};
`;
const AGENT = uri('/ws/src/agent.ts');
const ID = 'src/agent.ts#client.chat.completions.create#0';
/** 1,000 tokens in and 6,000 out at $2.50 and $15 per million: $0.0925 a call. */
const SEEN = observedSite({ calls: 1_204, nanoUsd: 1_204 * 92_500_000, input: range(1_000), output: range(6_000), cacheRead: 0.71 }, ID);
function range(n: number) {
  return { low: n, expected: n, high: n };
}

let client: Client;
afterEach(() => client.stop());

async function open(files: Readonly<Record<string, string>> = { '/ws/src/agent.ts': CODE }, settings: unknown = {}): Promise<void> {
  client = await start({ engine: loadEngine, files, settings, folders: ['/ws'] });
  await client.open(AGENT, CODE);
}
const use = (...sites: readonly object[]): Promise<{ found: number }> => client.request('costlint/useObserved', { sites });
const hint = async (): Promise<string> =>
  (
    await client.request('textDocument/inlayHint', {
      textDocument: { uri: AGENT },
      range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
    })
  )[0].label;

describe('a call that the gateway saw', () => {
  test('shows plan and reality at the line, in hint, lens, hover and status bar, until it is forgotten', async () => {
    await open(undefined, { codeLens: true });
    const before = await hint();
    assert.match(before, /^≈ \$0\.01 a call$/);
    assert.deepEqual(await use(SEEN), { found: 1 });
    assert.equal(await hint(), 'planned $0.01 · observed $0.0925 a call');
    const [lens] = await client.request('textDocument/codeLens', { textDocument: { uri: AGENT } });
    assert.match(lens.command.title, /^planned \$0\.01 · observed \$0\.0925 a call \(1,204 calls, 71% cached\) · \$0\.09/);
    const hover = (await client.hover(AGENT, 'chat.completions')) ?? '';
    assert.match(hover, /\*\*Planned \$0\.01 · observed \$0\.0925 a call \\?\(1,204 calls, 71% cached\\?\)\*\*/);
    assert.match(hover, /\| tokens out \| 167–1\.5k \(≈ 500\) \| 6k \|/);
    const summary = await client.request('costlint/fileSummary', { uri: AGENT });
    assert.match(summary.tooltip, /Observed: \$111 in 1,204 calls of 1 call site\./);
    assert.deepEqual(await use(), { found: 0 });
    assert.equal(await hint(), before);
    assert.doesNotMatch((await client.hover(AGENT, 'chat.completions')) ?? '', /observed/i);
  });

  test('narrows the estimate, and says so; switched off, the estimate is the plan', async () => {
    await open();
    await use(SEEN);
    const narrowed = (await client.hover(AGENT, 'chat.completions')) ?? '';
    assert.match(narrowed, /\| per call \| \$0\.0925 \| \*\*\$0\.0925\*\* \| \$0\.0925 \|/);
    assert.match(narrowed, /Narrowed by what the local gateway saw:\n- 1k prompt tokens a call, as seen in 1,204 calls/);
    assert.doesNotMatch(narrowed, /500 completion tokens a call/);
    await client.stop();
    await open(undefined, { observed: false });
    await use(SEEN);
    const plain = (await client.hover(AGENT, 'chat.completions')) ?? '';
    assert.match(plain, /\| per call \| .* \| \*\*\$0\.01\*\* \|/);
    assert.match(plain, /observed \$0\.0925 a call/);
    assert.match(plain, /500 completion tokens a call/);
  });

  test('has a finding where the plan is far off, whose fix puts the plan right', async () => {
    await open();
    await use(SEEN);
    const drift = (await client.pull(AGENT)).filter(({ code }) => code === 'estimate-drift');
    assert.match(
      String(drift[0]?.message),
      /^A call costs \$0\.0925 on average of 1,204 calls, 9\.2 times the plan of \$0\.01\. An answer has 6k tokens/,
    );
    const [fix] = await client.actions(AGENT, drift);
    const fixed = client.apply(fix!)[AGENT] ?? '';
    assert.match(fixed, /\n {2}\/\/ costlint-assume outputTokens=6000 -- seen in 1,204 calls\n {2}return client/);
    await client.change(AGENT, fixed);
    assert.deepEqual(
      (await client.pull(AGENT)).filter(({ code }) => code === 'estimate-drift' || code === 'costlint-directive'),
      [],
    );
    assert.match(await hint(), /^planned \$0\.09/);
  });

  test('of which no price is known says how often it was called', async () => {
    await open();
    await use({ ...SEEN, unpriced: SEEN.calls, nanoUsd: 0, cost: null });
    assert.match((await client.hover(AGENT, 'chat.completions')) ?? '', /Observed, price unknown \\?\(1,204 calls/);
    assert.equal(await hint(), '$0.0925 a call');
  });
});

describe('a comment that sets assumptions', () => {
  const problems = async (comment: string): Promise<string[]> => {
    await client.change(AGENT, CODE.replace('  return', `  ${comment}\n  return`));
    return (await client.pull(AGENT))
      .filter(({ code }) => code === 'costlint-directive')
      .map(({ message }) => (typeof message === 'string' ? message : message.value));
  };

  test('holds for the call that follows, and what it cannot mean is said', async () => {
    await open();
    assert.deepEqual(await problems('// costlint-assume outputTokens=6000, inputTokens=1_000 -- measured'), []);
    assert.equal(await hint(), '≈ $0.0925 a call');
    assert.match((await problems('// costlint-assume answerTokens=3'))[0] ?? '', /^There is no assumption "answerTokens"/);
    assert.match((await problems('// costlint-assume outputTokens=many'))[0] ?? '', /a number is wanted, as in outputTokens=500/);
    assert.match((await problems('// costlint-assume'))[0] ?? '', /sets nothing: outputTokens=1200/);
  });

  test('without a call behind it says that it sets nothing', async () => {
    await open();
    await client.change(AGENT, `${CODE}// costlint-assume outputTokens=1\nexport const x = 1;\n`);
    assert.deepEqual(
      (await client.pull(AGENT)).filter(({ code }) => code === 'costlint-directive').map(({ message }) => message),
      ['No call of a model follows: this directive sets nothing.'],
    );
  });
});

test('files in two folders are told apart, and found again by their ids', async () => {
  client = await start({ engine: loadEngine, files: { '/all/a/src/agent.ts': CODE, '/all/b/src/agent.ts': CODE }, folders: ['/all/a', '/all/b'] });
  const { sites } = await client.request('costlint/siteFingerprints', { salt: 'x' });
  assert.deepEqual(
    sites.map(({ id, name }: { id: string; name: string }) => [id, name]),
    [
      [`a/${ID}`, 'src/agent.ts:4'],
      [`b/${ID}`, 'src/agent.ts:4'],
    ],
  );
  assert.deepEqual(await use({ ...SEEN, id: `b/${ID}` }), { found: 1 });
  assert.deepEqual(await client.request('costlint/locateSite', { id: `b/${ID}` }), { uri: uri('/all/b/src/agent.ts'), line: 3, character: 9 });
  assert.equal(await client.request('costlint/locateSite', { id: `c/${ID}` }), null);
  await client.open(uri('/all/a/src/agent.ts'), CODE);
  assert.doesNotMatch((await client.hover(uri('/all/a/src/agent.ts'), 'chat.completions')) ?? '', /observed/i);
  await client.open(uri('/all/b/src/agent.ts'), CODE);
  assert.match((await client.hover(uri('/all/b/src/agent.ts'), 'chat.completions')) ?? '', /observed/i);
});

test('fingerprints hold no text, and another salt makes others', async () => {
  await open();
  const of = async (salt: string) => JSON.stringify((await client.request('costlint/siteFingerprints', { salt })).sites);
  const [one, two] = [await of('x'), await of('y')];
  assert.doesNotMatch(one, /clocks/);
  assert.notEqual(one, two);
  assert.equal(await of('x'), one);
});
