// biome-ignore-all lint/suspicious/noExplicitAny: messages of the protocol in all their shapes, looked into by tests
/** The server with the real analysis: what a person sees in a small agent project. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Diagnostic } from 'vscode-languageserver/node';
import { loadEngine } from '../../server/engine.ts';
import { type Client, type StartOptions, start, uri } from './harness.ts';

let client: Client | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});
let loaded: ReturnType<typeof loadEngine> | undefined;
const begin = async (files: Record<string, string>, options: Partial<StartOptions> = {}): Promise<Client> => {
  loaded ??= loadEngine();
  client = await start({ engine: () => loaded!, files, ...options });
  return client;
};
const codes = (diagnostics: readonly Diagnostic[]) => [...new Set(diagnostics.map((each) => each.code))].sort();
const has = (diagnostics: readonly Diagnostic[], rule: string) => diagnostics.some((each) => each.code === rule);
const hints = (c: Client, at: string) =>
  c.request('textDocument/inlayHint', { textDocument: { uri: at }, range: { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } } });

const PY = uri('/ws/agent.py');
const AGENT = `import anthropic
from datetime import datetime

client = anthropic.Anthropic()

def run(question):
    messages = [{"role": "user", "content": question}]
    while True:
        response = client.messages.create(
            model="claude-sonnet-4-5",
            system=f"Now: {datetime.now()}. You are a careful assistant.",
            messages=messages,
            max_tokens=4096,
        )
        messages.append({"role": "assistant", "content": response.content})
        if response.stop_reason == "end_turn":
            return response
`;

const TS = uri('/ws/src/ask.ts');
const ASK = `import OpenAI from 'openai';
import { SYSTEM, MODEL } from './prompts';

const client = new OpenAI();

export async function ask(question: string) {
  return client.chat.completions.create({
    model: MODEL,
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: question },
    ],
  });
}
`;
const PROMPTS = "export const MODEL = 'gpt-5-mini';\nexport const SYSTEM = 'You answer in one word.';\n";

test('Python: findings stand at the call, the hint at the end of its line, the hover tells tokens, price, growth and assumptions', async () => {
  const c = await begin({});
  await c.open(PY, AGENT);
  const found = await c.pull(PY);
  assert.ok(has(found, 'unbounded-loop') && has(found, 'cache-dynamic-prefix'), codes(found).join());
  const [hint] = await hints(c, PY);
  assert.equal(hint.position.line, 8);
  assert.match(hint.label, /^≈ \$[\d.]+ a call · ≈ \$[\d.]+ a run$/);
  const hover = (await c.hover(PY, 'client.messages.create'))!;
  for (const part of [
    /`claude-sonnet-4-5`/,
    /\| per month \| \$/,
    /\| system \|.*\*\*breaks here\*\*.*`datetime\.now\(\)`/,
    /Price: \$3 in · \$15 out/,
    /\(.*\d{4}-\d{2}-\d{2}\)/,
    /\| 100 \| \$.* \| \$/,
    /`costlint\.assumptions\.stepsPerRun`/,
  ]) {
    assert.match(hover, part);
  }
  assert.ok(!/undefined|NaN|\[object/.test(hover), hover);
});

test('Python: what is half typed elsewhere takes no finding away', async () => {
  const c = await begin({});
  await c.open(PY, AGENT);
  const before = codes(await c.pull(PY));
  for (const typed of [
    'client = anthropic.Anthropic()\nx = foo(',
    'client = anthropic.Anthropic()\ny = "',
    'client = anthropic.Anthropic()\ndef g(a, [',
  ]) {
    await c.change(PY, AGENT.replace('client = anthropic.Anthropic()', typed));
    assert.deepEqual(codes(await c.pull(PY)), before, typed);
    assert.equal((await hints(c, PY)).length, 1, typed);
  }
  await c.change(PY, AGENT);
  assert.deepEqual(codes(await c.pull(PY)), before);
});

test('TypeScript: an imported model and prompt count, an unsaved change of the imported file counts at once', async () => {
  const c = await begin({ '/ws/src/prompts.ts': PROMPTS, '/ws/src/ask.ts': ASK });
  await c.open(TS, ASK);
  const hover = (await c.hover(TS, 'client.chat.completions.create'))!;
  assert.match(hover, /`gpt-5-mini`/);
  assert.match(hover, /`You answer in one word\.`/);
  const other = uri('/ws/src/prompts.ts');
  const refreshed = c.received('workspace/inlayHint/refresh');
  await c.open(other, PROMPTS.replace('gpt-5-mini', 'gpt-5'));
  await refreshed;
  assert.match((await c.hover(TS, 'client.chat.completions.create'))!, /`gpt-5`/);
  await c.close(other);
  assert.match((await c.hover(TS, 'client.chat.completions.create'))!, /`gpt-5-mini`/, 'closed without saving: the disk counts again');
});

test('TypeScript: what is half typed elsewhere takes no finding away', async () => {
  const c = await begin({ '/ws/src/prompts.ts': PROMPTS });
  await c.open(TS, ASK);
  const before = codes(await c.pull(TS));
  assert.ok(before.length > 0, 'no finding to keep');
  for (const typed of ['const a = {', 'foo(`', 'class X { m() { if (', 'const s = "']) {
    await c.change(TS, ASK.replace('const client', `${typed}\nconst client`));
    assert.deepEqual(codes(await c.pull(TS)), before, typed);
  }
});

test('a quick fix of the real rules changes the call, and the finding is gone', async () => {
  const c = await begin({ '/ws/src/prompts.ts': PROMPTS });
  await c.open(TS, ASK);
  const finding = (await c.pull(TS)).find((each) => each.data.fixes.length > 0)!;
  const [fix] = await c.actions(TS, [finding]);
  const after = c.apply(fix!);
  assert.deepEqual(Object.keys(after), [TS]);
  await c.change(TS, after[TS]!);
  assert.ok(!has(await c.pull(TS), String(finding.code)), `${finding.code} is still there`);
});

test('the disable action silences its finding', async () => {
  const c = await begin({});
  await c.open(PY, AGENT);
  for (const rule of ['cache-dynamic-prefix', 'unbounded-loop']) {
    const found = await c.pull(PY);
    const finding = found.find((each) => each.code === rule)!;
    const disable = (await c.actions(PY, [finding])).find((action) => action.title.startsWith('Disable'))!;
    await c.change(PY, c.apply(disable)[PY]!);
    assert.ok(!has(await c.pull(PY), rule), c.textOf(PY));
  }
  assert.match(
    c.textOf(PY),
    /^ {8}# costlint-disable-next-line cache-dynamic-prefix -- .+\n {8}# costlint-disable-next-line unbounded-loop -- .+\n {8}response = client/m,
  );
});

test('marks in the prompt: what stays, and what ends it', async () => {
  const c = await begin({});
  await c.open(PY, AGENT);
  const { spans } = await c.request('costlint/prefix', { uri: PY });
  assert.deepEqual(
    spans.map((span: any) => [span.kind, span.range.start.line]),
    [
      ['keepable', 10],
      ['break', 10],
    ],
  );
  assert.match(spans[1].note, /^cache ends here; [\d.]+k? more tokens could be kept$/);
  assert.equal(spans[1].range.start.character, AGENT.split('\n')[10]!.indexOf('datetime'));
});

test('real model ids are offered for the provider of the call, with prices', async () => {
  const c = await begin({});
  await c.open(PY, AGENT.replace('claude-sonnet-4-5', 'claude-'));
  const list = await c.request('textDocument/completion', { textDocument: { uri: PY }, position: c.at(PY, 'claude-', 7) });
  assert.ok(list.items.length > 3);
  for (const item of list.items) assert.match(item.detail, /^anthropic · \$/);
  assert.ok(list.items.some((item: any) => item.label.includes('sonnet')));
});

test('notebook cells of one agent: the client of the first cell is known in the second', async () => {
  const c = await begin({});
  const cell = (n: number) => `vscode-notebook-cell:/ws/nb.ipynb#${n}`;
  const texts = [
    '%pip install anthropic\nimport anthropic\nclient = anthropic.Anthropic()\nMODEL = "claude-sonnet-4-5"',
    '!ls\nclient.messages.create(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "hi"}])',
  ];
  await c.rpc.sendNotification('notebookDocument/didOpen', {
    notebookDocument: {
      uri: uri('/ws/nb.ipynb'),
      notebookType: 'jupyter-notebook',
      version: 1,
      cells: texts.map((_, i) => ({ kind: 2, document: cell(i) })),
    },
    cellTextDocuments: texts.map((text, i) => ({ uri: cell(i), languageId: 'python', version: 1, text })),
  });
  const [hint] = await hints(c, cell(1));
  assert.equal(hint.position.line, 1);
  assert.match(hint.label, /^≈ \$/);
  assert.deepEqual(await hints(c, cell(0)), []);
});

test('an unsaved buffer imports from the workspace', async () => {
  const c = await begin({ '/ws/prompts.ts': PROMPTS });
  await c.open('untitled:Untitled-1', ASK, 'typescript');
  assert.match((await hints(c, 'untitled:Untitled-1'))[0].label, /^≈ \$/);
});

test('binary, huge and empty files neither crash nor speak', async () => {
  const c = await begin({ '/ws/huge.py': `${AGENT}${'# padding\n'.repeat(300_000)}`, '/ws/empty.py': '', '/ws/agent.py': AGENT });
  const report = await c.request('workspace/diagnostic', { previousResultIds: [] });
  assert.deepEqual(
    report.items.map((each: any) => each.uri),
    [PY],
  );
  assert.ok(c.sent.some((each) => each.method === 'window/logMessage' && /huge\.py is not analysed: too large/.test(each.params.message)));
});

test('the price that a person sets counts', async () => {
  const c = await begin({}, { settings: { prices: { 'claude-sonnet-4-5': { input: 1000, output: 1000 } } } });
  await c.open(PY, AGENT);
  assert.match((await c.hover(PY, 'client.messages.create'))!, /Price: \$1000 in · \$1000 out.*settings/);
});

test('a notebook that is not open is analysed as a file, and by its cells alone while it is open', async () => {
  const source = [
    'import anthropic\n',
    'anthropic.Anthropic().messages.create(model="claude-sonnet-4-5", messages=[{"role": "user", "content": "hi"}], max_tokens=5, n=1)',
  ];
  const cells = [{ cell_type: 'code', metadata: {}, outputs: [], source }];
  const file = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }, null, 1);
  const c = await begin({ '/ws/nb.ipynb': file });
  assert.match((await c.request('costlint/report', {})).text, /1 LLM call in 1 file;/);
  const cell = 'vscode-notebook-cell:/ws/nb.ipynb#1';
  await c.rpc.sendNotification('notebookDocument/didOpen', {
    notebookDocument: { uri: uri('/ws/nb.ipynb'), notebookType: 'jupyter-notebook', version: 1, cells: [{ kind: 2, document: cell }] },
    cellTextDocuments: [{ uri: cell, languageId: 'python', version: 1, text: source.join('') }],
  });
  const { text } = await c.request('costlint/report', {});
  assert.match(text, /1 LLM call in 1 file;/, 'not counted twice');
  assert.match(text, /\[nb\.ipynb:2\]\(<file:\/\/\/ws\/nb\.ipynb#L2>\)/);
});
