// biome-ignore-all lint/suspicious/noExplicitAny: messages of the protocol in all their shapes, looked into by tests
/** What the server does with an analysis, over real JSON-RPC; the analysis itself is a small stand-in. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Diagnostic } from 'vscode-languageserver/node';
import { fakeEngine } from './fake-engine.ts';
import { type Client, MODERN, type StartOptions, start, uri } from './harness.ts';

const A = uri('/ws/a.ts');
let client: Client | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});
const begin = async (options: Partial<StartOptions> = {}): Promise<Client> => {
  client = await start({ engine: fakeEngine().engine, ...options });
  return client;
};
const PUSH_ONLY = { ...MODERN, textDocument: {} };
const rules = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map((each) => `${each.range.start.line}:${each.range.start.character} ${each.code}`);

test('an editor that asks gets diagnostics with code, page, severity, related place and fixes inside, and none are pushed', async () => {
  const c = await begin({ settings: { rules: { 'no-output-cap': 'info' } } });
  await c.open(A, 'const x = 1;\nask("claude-a", text);\n');
  const [found, ...rest] = await c.pull(A);
  assert.equal(rest.length, 0);
  assert.equal(found?.source, 'costlint');
  assert.equal(found?.code, 'no-output-cap');
  assert.equal(found?.codeDescription?.href, 'file:///docs/rules/no-output-cap.md');
  assert.equal(found?.severity, 3);
  assert.deepEqual(found?.range, { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } });
  assert.deepEqual(found?.relatedInformation?.[0]?.location, {
    uri: A,
    range: { start: { line: 1, character: 16 }, end: { line: 1, character: 20 } },
  });
  assert.equal(found?.data.fixes.length, 2);
  assert.equal(c.sent.filter((each) => each.method === 'textDocument/publishDiagnostics').length, 0);
});

for (const [name, severity] of [
  ['hint', 4],
  ['info', 3],
  ['warning', 2],
  ['error', 1],
] as const) {
  test(`severity ${name} is ${severity} in the protocol`, async () => {
    const c = await begin({ settings: { rules: { 'no-output-cap': name } } });
    await c.open(A, 'ask("m", x)');
    assert.equal((await c.pull(A))[0]?.severity, severity);
  });
}

test('an editor that does not ask gets them pushed for each version, and cleared when the file is closed', async () => {
  const c = await begin({ capabilities: PUSH_ONLY });
  assert.equal(c.capabilities.diagnosticProvider, undefined);
  const first = c.received('textDocument/publishDiagnostics');
  await c.open(A, 'ask("m", x)');
  assert.deepEqual(rules((await first).diagnostics), ['0:0 no-output-cap']);
  const second = c.received('textDocument/publishDiagnostics', (params) => params.version === 2);
  await c.change(A, '\nask("m", x)');
  assert.deepEqual(rules((await second).diagnostics), ['1:0 no-output-cap']);
  const cleared = c.received('textDocument/publishDiagnostics', (params) => params.diagnostics.length === 0);
  await c.close(A);
  assert.equal((await cleared).uri, A);
});

test('asking again for what did not change is answered in one word', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", x)');
  const first = await c.request('textDocument/diagnostic', { textDocument: { uri: A } });
  const again = await c.request('textDocument/diagnostic', { textDocument: { uri: A }, previousResultId: first.resultId });
  assert.deepEqual(again, { kind: 'unchanged', resultId: first.resultId });
  await c.change(A, ' ask("m", x)');
  const changed = await c.request('textDocument/diagnostic', { textDocument: { uri: A }, previousResultId: first.resultId });
  assert.equal(changed.kind, 'full');
});

test('each fix is a quick fix whose edit gives the new text; the safe one is preferred', async () => {
  const c = await begin();
  await c.open(A, 'ask("claude-a", text);\n');
  const actions = await c.actions(A, await c.pull(A), ['quickfix']);
  assert.deepEqual(
    actions.map((action) => [action.title, action.kind, action.isPreferred ?? false]),
    [
      ['Set a cap of 9', 'quickfix', true],
      ['Think about it', 'quickfix', false],
      ['Disable no-output-cap here, with a reason', 'quickfix', false],
      ['Open the documentation of no-output-cap', 'quickfix', false],
    ],
  );
  assert.deepEqual(c.apply(actions[0]!), { [A]: 'ask("claude-a", text, 9);\n' });
});

test('a fix that was made for an older text is not offered any more', async () => {
  const c = await begin();
  await c.open(A, 'ask("claude-a", text);\n');
  const diagnostics = await c.pull(A);
  await c.change(A, '\n\nask("claude-a", text);\n');
  const titles = (await c.actions(A, diagnostics)).map((action) => action.title);
  assert.ok(!titles.some((title) => /cap of|Think|Disable/.test(title)), titles.join());
  assert.ok((await c.actions(A, await c.pull(A))).some((action) => action.title === 'Set a cap of 9'));
});

test('fix all applies the safe fixes of a file, each once, and no others', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", x);\nask("m", y);\nask("m", z, 3);\n');
  const [all, ...rest] = await c.actions(A, [], ['source.fixAll']);
  assert.equal(rest.length, 0);
  assert.equal(all?.kind, 'source.fixAll.costlint');
  assert.deepEqual(c.apply(all!), { [A]: 'ask("m", x, 9);\nask("m", y, 9);\nask("m", z, 3);\n' });
  assert.deepEqual(await c.actions(A, [], ['refactor']), []);
});

test('disabling puts the directive above the statement with its indent, ready for a reason', async () => {
  const c = await begin();
  await c.open(A, 'f();\n  ask("m", x);\n');
  const disable = (await c.actions(A, await c.pull(A))).find((action) => action.title.startsWith('Disable'))!;
  const edits = (disable.edit!.documentChanges![0] as any).edits;
  assert.match(edits[0].snippet.value, /-- \$\{1:/);
  assert.deepEqual(c.apply(disable), { [A]: 'f();\n  // costlint-disable-next-line no-output-cap -- why this cost is right\n  ask("m", x);\n' });
});

test('an editor without snippets gets the same directive as plain text, in the file’s own line ends and language', async () => {
  const c = await begin({ capabilities: { ...MODERN, workspace: { ...MODERN.workspace, workspaceEdit: {} } } });
  const py = uri('/ws/a.py');
  await c.open(py, 'f()\r\nask("m", x)\r\n');
  const disable = (await c.actions(py, await c.pull(py))).find((action) => action.title.startsWith('Disable'))!;
  assert.deepEqual(c.apply(disable), { [py]: 'f()\r\n# costlint-disable-next-line no-output-cap -- why this cost is right\r\nask("m", x)\r\n' });
});

test('the page of a rule opens by a command of the client, or by the server where the client has none', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", x)');
  const docs = (await c.actions(A, await c.pull(A))).find((action) => action.title.startsWith('Open'))!;
  const shown = c.received('window/showDocument');
  await c.request('workspace/executeCommand', { command: docs.command!.command, arguments: docs.command!.arguments });
  assert.equal((await shown).uri, 'file:///docs/rules/no-output-cap.md');
  await c.stop();
  const vscode = await begin({ initializationOptions: { commands: true } });
  await vscode.open(A, 'ask("m", x)');
  const command = (await vscode.actions(A, await vscode.pull(A))).find((action) => action.title.startsWith('Open'))!.command!;
  assert.deepEqual([command.command, command.arguments], ['costlint.openRuleDocs', ['no-output-cap']]);
});

test('while a line is half typed, calls that it swallows keep their findings where they stand now; the typed part does not', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", one);\nlet y;\nask("m", two);\n');
  assert.deepEqual(rules(await c.pull(A)), ['0:0 no-output-cap', '2:0 no-output-cap']);
  await c.replace(A, 'let y;', 'let y;\nif (y) {');
  assert.deepEqual(rules(await c.pull(A)), ['0:0 no-output-cap', '3:0 no-output-cap'], 'the second call is behind the open brace');
  const [, second] = await c.pull(A);
  assert.deepEqual(c.apply((await c.actions(A, [second!]))[0]!)[A], 'ask("m", one);\nlet y;\nif (y) {\nask("m", two, 9);\n', 'its fix moved along');
  await c.replace(A, 'two', 'two, 5');
  assert.deepEqual(rules(await c.pull(A)), ['0:0 no-output-cap'], 'what is typed into counts as it is');
  await c.replace(A, 'if (y) {', 'if (y) {}');
  assert.deepEqual(rules(await c.pull(A)), ['0:0 no-output-cap'], 'whole again: the fresh answer');
});

test('a finding that was fixed while the file was whole does not come back with later damage', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", one);\nlet y;\n');
  await c.pull(A);
  await c.replace(A, 'one', 'one, 5');
  assert.deepEqual(await c.pull(A), []);
  await c.replace(A, 'let y;', '{');
  assert.deepEqual(await c.pull(A), []);
});

test('the whole workspace: every file once, open ones as they are in the editor, with progress', async () => {
  const c = await begin({
    files: { '/ws/a.ts': 'ask("m", x)', '/ws/b.ts': 'ask("m", y)', '/ws/quiet.ts': '1', '/ws/node_modules/c/d.ts': 'ask("m", z)' },
  });
  await c.open(A, '\n\nask("m", x)');
  const report = await c.request('workspace/diagnostic', { previousResultIds: [] });
  const found = report.items.map((each: any) => [each.uri, each.items[0]?.range.start.line]).sort();
  assert.deepEqual(found, [
    [A, 2],
    [uri('/ws/b.ts'), 0],
  ]);
  assert.ok(c.sent.some((each) => each.method === '$/progress' && each.params.value.kind === 'begin'));
  assert.ok(c.sent.some((each) => each.method === '$/progress' && each.params.value.kind === 'end'));
});

test('a second workspace request waits until something changed, and then brings only that', async () => {
  const c = await begin({ files: { '/ws/a.ts': 'ask("m", x)', '/ws/b.ts': 'ask("m", y)' } });
  const first = await c.request('workspace/diagnostic', { previousResultIds: [] });
  const previousResultIds = first.items.map((each: any) => ({ uri: each.uri, value: each.resultId }));
  let answered = false;
  const second = c.request('workspace/diagnostic', { previousResultIds }).finally(() => {
    answered = true;
  });
  await c.request('textDocument/hover', { textDocument: { uri: A }, position: { line: 0, character: 0 } });
  assert.equal(answered, false);
  c.disk.set('/ws/b.ts', 'nothing');
  await c.rpc.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri('/ws/b.ts'), type: 2 }] });
  assert.deepEqual(
    (await second).items.map((each: any) => [each.uri, each.items.length]),
    [[uri('/ws/b.ts'), 0]],
  );
});

test('a workspace without findings does not make the editor ask again and again', async () => {
  const c = await begin({ files: { '/ws/a.ts': '1' } });
  assert.deepEqual((await c.request('workspace/diagnostic', { previousResultIds: [] })).items, []);
  const waiting = c.request('workspace/diagnostic', { previousResultIds: [] });
  const winner = await Promise.race([
    waiting.then(() => 'answered'),
    c.request('textDocument/hover', { textDocument: { uri: A }, position: { line: 0, character: 0 } }).then(() => 'waits'),
  ]);
  assert.equal(winner, 'waits');
  c.disk.set('/ws/new.ts', 'ask("m", x)');
  await c.rpc.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri('/ws/new.ts'), type: 1 }] });
  assert.deepEqual(
    (await waiting).items.map((each: any) => each.uri),
    [uri('/ws/new.ts')],
  );
});

test('a workspace request can be cancelled while it works and while it waits', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`/ws/f${i}.ts`, 'ask("m", x)']));
  const c = await begin({ files });
  const { CancellationTokenSource } = await import('vscode-languageserver/node');
  const source = new CancellationTokenSource();
  const running = c.rpc.sendRequest('workspace/diagnostic', { previousResultIds: [] }, source.token);
  source.cancel();
  await assert.rejects(running, /cancel/i);
});

test('workspace diagnostics are sent in parts where the editor takes them', async () => {
  const files = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`/ws/f${i}.ts`, 'ask("m", x)']));
  const c = await begin({ files });
  const parts: number[] = [];
  c.rpc.onProgress({ _: undefined } as any, 'part', (value: any) => void parts.push(value.items.length));
  const rest = await c.request('workspace/diagnostic', { previousResultIds: [], partialResultToken: 'part' });
  assert.equal(parts.reduce((sum, n) => sum + n, 0) + rest.items.length, 120);
  assert.ok(parts.length >= 2);
});

test('findings of files that are not open can be switched off', async () => {
  const c = await begin({ files: { '/ws/a.ts': 'ask("m", x)' }, settings: { workspaceDiagnostics: false } });
  assert.deepEqual((await c.request('workspace/diagnostic', { previousResultIds: [] })).items, []);
});

test('settings: the editor’s win over costlint.json key by key, and a change takes effect at once', async () => {
  const files = { '/ws/costlint.json': '{ "rules": { "no-output-cap": "error", "unbounded-loop": "off" }, "assumptions": { "runsPerDay": 7 } }' };
  const fake = fakeEngine();
  const c = await begin({ engine: fake.engine, files, settings: { assumptions: { stepsPerRun: 3 } } });
  await c.open(A, 'ask("m", x)');
  assert.equal((await c.pull(A))[0]?.severity, 1);
  const { config } = fake.projects[0]!.options;
  assert.deepEqual([config.assumptions.runsPerDay, config.assumptions.stepsPerRun, config.rules['unbounded-loop']], [7, 3, 'off']);
  c.settings = { rules: { 'no-output-cap': 'off' } };
  const refreshed = c.received('workspace/diagnostic/refresh');
  await c.rpc.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await refreshed;
  assert.deepEqual(await c.pull(A), []);
});

test('an editor that cannot be asked sends its settings at the start and when they change', async () => {
  const capabilities = { ...MODERN, workspace: { ...MODERN.workspace, configuration: false } };
  const c = await begin({ capabilities, initializationOptions: { costlint: { rules: { 'no-output-cap': 'error' } } } });
  await c.open(A, 'ask("m", x)');
  assert.equal((await c.pull(A))[0]?.severity, 1);
  await c.rpc.sendNotification('workspace/didChangeConfiguration', { settings: { costlint: { rules: { 'no-output-cap': 'hint' } } } });
  assert.equal((await c.pull(A))[0]?.severity, 4);
});

test('a setting that is not valid is left out and named in the log once; the others hold', async () => {
  const c = await begin({ settings: { rules: { 'no-output-cap': 'loud' }, assumptions: { runsPerDay: 5 } } });
  await c.open(A, 'ask("m", x)');
  assert.equal((await c.pull(A))[0]?.severity, 2);
  await c.rpc.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await c.pull(A);
  const said = c.sent.filter((each) => each.method === 'window/logMessage' && /costlint\.rules\.no-output-cap/.test(each.params.message));
  assert.equal(said.length, 1);
});

test('a changed costlint.json on disk is read again', async () => {
  const c = await begin({ files: { '/ws/costlint.json': '{}' } });
  await c.open(A, 'ask("m", x)');
  assert.equal((await c.pull(A)).length, 1);
  c.disk.set('/ws/costlint.json', '{ "rules": { "no-output-cap": "off" } }');
  const refreshed = c.received('workspace/diagnostic/refresh');
  await c.rpc.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri('/ws/costlint.json'), type: 2 }] });
  await refreshed;
  assert.deepEqual(await c.pull(A), []);
});

test('a costlint.json that is not valid is not used: it says so in the list of problems until it is mended or its folder goes', async () => {
  const wrong = '{\n  "assumptions": { "runsPerDay": -5, "stepsPerRum": 3 },\n  "rules": { "no-output-cap": "off" }\n}';
  const c = await begin({ folders: ['/ws', '/ws/inner'], files: { '/ws/costlint.json': wrong } });
  const at = uri('/ws/costlint.json');
  const told = async (change: () => Promise<void>): Promise<any[]> => {
    const published = c.received('textDocument/publishDiagnostics', (params) => params.uri === at);
    await change();
    return (await published).diagnostics;
  };
  const again = () => c.rpc.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: at, type: 2 }] });
  const [first] = await told(() => c.open(A, 'ask("m", x)'));
  assert.equal((await c.pull(A)).length, 1, 'the defaults hold');
  assert.equal(first.message, 'This file is not used, the defaults hold: assumptions.runsPerDay must be at least 0 (and 1 further problem)');
  assert.deepEqual(first.range, { start: { line: 1, character: 33 }, end: { line: 1, character: 35 } });
  c.disk.set('/ws/costlint.json', '{ "rules": ');
  assert.match((await told(again))[0].message, /not valid JSON/);
  c.disk.set('/ws/costlint.json', '{ "rules": { "no-output-cap": "off" } }');
  assert.deepEqual(await told(again), []);
  assert.deepEqual(await c.pull(A), []);
  c.disk.set('/ws/costlint.json', '[]');
  assert.equal((await told(again)).length, 1);
  const event = { added: [], removed: [{ uri: uri('/ws'), name: 'ws' }] };
  assert.deepEqual(await told(() => c.rpc.sendNotification('workspace/didChangeWorkspaceFolders', { event })), []);
});

test('the server asks to be told of files and of settings', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", x)');
  await c.pull(A);
  const registered = c.sent.filter((each) => each.method === 'client/registerCapability').flatMap((each) => each.params.registrations);
  const watchers = registered.find((each) => each.method === 'workspace/didChangeWatchedFiles').registerOptions.watchers;
  assert.match(JSON.stringify(watchers), /py.*json/);
  assert.ok(registered.some((each) => each.method === 'workspace/didChangeConfiguration'));
});

test('each folder of a workspace has its own project and settings; folders come and go', async () => {
  const fake = fakeEngine();
  const files = {
    '/one/a.ts': 'ask("m", x)',
    '/two/b.ts': 'ask("m", x)',
    '/two/costlint.json': '{ "rules": { "no-output-cap": "error" } }',
    '/three/c.ts': 'ask("m", x)',
  };
  const c = await begin({ engine: fake.engine, folders: ['/one', '/two'], files });
  const report = await c.request('workspace/diagnostic', { previousResultIds: [] });
  assert.deepEqual(report.items.map((each: any) => [each.uri, each.items[0].severity]).sort(), [
    [uri('/one/a.ts'), 2],
    [uri('/two/b.ts'), 1],
  ]);
  const asked = c.sent
    .filter((each) => each.method === 'workspace/configuration')
    .flatMap((each) => each.params.items.map((item: any) => item.scopeUri));
  assert.deepEqual(asked.sort(), [uri('/one'), uri('/two')]);
  const previousResultIds = report.items.map((each: any) => ({ uri: each.uri, value: each.resultId }));
  const next = c.request('workspace/diagnostic', { previousResultIds });
  await c.rpc.sendNotification('workspace/didChangeWorkspaceFolders', {
    event: { added: [{ uri: uri('/three'), name: 'three' }], removed: [{ uri: uri('/one'), name: 'one' }] },
  });
  assert.deepEqual((await next).items.map((each: any) => [each.uri, each.items.length]).sort(), [
    [uri('/one/a.ts'), 0],
    [uri('/three/c.ts'), 1],
  ]);
});

test('an unsaved document, a file outside every folder and a document of another file system are analysed too', async () => {
  const c = await begin();
  for (const at of ['untitled:Untitled-1', uri('/elsewhere/x.ts'), 'vscode-vfs://github/owner/repo/x.ts']) {
    await c.open(at, 'ask("m", x)', 'typescript');
    assert.deepEqual(rules(await c.pull(at)), ['0:0 no-output-cap'], at);
    const fixed = c.apply((await c.actions(at, await c.pull(at)))[0]!);
    assert.deepEqual(fixed, { [at]: 'ask("m", x, 9)' });
  }
});

test('files that the workspace excludes stay quiet', async () => {
  const c = await begin({ files: { '/ws/costlint.json': '{ "exclude": ["generated"] }' } });
  for (const path of ['/ws/generated/a.ts', '/ws/node_modules/x/a.ts']) {
    await c.open(uri(path), 'ask("m", x)');
    assert.deepEqual(await c.pull(uri(path)), [], path);
  }
});

test('notebook cells are one module: a finding stands in its own cell, and its fix changes that cell', async () => {
  const c = await begin();
  const cell = (n: number) => `vscode-notebook-cell:/ws/nb.ipynb#${n}`;
  const texts = ['%pip install x\nq = 1', '# Title', 'ask("m", q)'];
  const kinds = [2, 1, 2];
  await c.rpc.sendNotification('notebookDocument/didOpen', {
    notebookDocument: {
      uri: uri('/ws/nb.ipynb'),
      notebookType: 'jupyter-notebook',
      version: 1,
      cells: texts.map((_, i) => ({ kind: kinds[i], document: cell(i) })),
    },
    cellTextDocuments: texts.map((text, i) => ({ uri: cell(i), languageId: kinds[i] === 2 ? 'python' : 'markdown', version: 1, text })),
  });
  assert.deepEqual(await c.pull(cell(0)), []);
  const found = await c.pull(cell(2));
  assert.deepEqual(rules(found), ['0:0 no-output-cap']);
  const [fix] = await c.request('textDocument/codeAction', {
    textDocument: { uri: cell(2) },
    range: found[0]!.range,
    context: { diagnostics: found },
  });
  assert.deepEqual(fix.edit.documentChanges[0].textDocument, { uri: cell(2), version: 1 });
  assert.deepEqual(fix.edit.documentChanges[0].edits, [
    { range: { start: { line: 0, character: 10 }, end: { line: 0, character: 10 } }, newText: ', 9' },
  ]);
  await c.rpc.sendNotification('notebookDocument/didChange', {
    notebookDocument: { uri: uri('/ws/nb.ipynb'), version: 2 },
    change: { cells: { textContent: [{ document: { uri: cell(2), version: 2 }, changes: [{ text: '\nask("m", q)' }] }] } },
  });
  assert.deepEqual(rules(await c.pull(cell(2))), ['1:0 no-output-cap']);
  await c.rpc.sendNotification('notebookDocument/didClose', {
    notebookDocument: { uri: uri('/ws/nb.ipynb') },
    cellTextDocuments: texts.map((_, i) => ({ uri: cell(i) })),
  });
  assert.deepEqual(await c.pull(cell(2)), []);
});

test('hints stand at the end of the line, inside the asked range only, with a tooltip when looked at; off by setting', async () => {
  const c = await begin();
  await c.open(A, 'const a = ask("m", x); // first\n\nask(model, y);\n');
  const ask = (end: number) =>
    c.request('textDocument/inlayHint', { textDocument: { uri: A }, range: { start: { line: 0, character: 0 }, end: { line: end, character: 99 } } });
  const hints = await ask(9);
  assert.deepEqual(
    hints.map((hint: any) => [hint.position.line, hint.position.character, hint.label]),
    [
      [0, 31, '≈ $0.02 a call'],
      [2, 14, 'cost unknown'],
    ],
  );
  assert.equal((await ask(0)).length, 1);
  const resolved = await c.request('inlayHint/resolve', hints[1]);
  assert.match(resolved.tooltip.value, /Cost unknown: the model is chosen while the program runs/);
  c.settings = { inlayHints: false, codeLens: true };
  await c.rpc.sendNotification('workspace/didChangeConfiguration', { settings: null });
  assert.deepEqual(await ask(9), []);
});

test('lenses are off unless asked for, and say call, run and month', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", x)');
  assert.deepEqual(await c.request('textDocument/codeLens', { textDocument: { uri: A } }), []);
  c.settings = { codeLens: true };
  await c.rpc.sendNotification('workspace/didChangeConfiguration', { settings: null });
  const [lens] = await c.request('textDocument/codeLens', { textDocument: { uri: A } });
  assert.equal(lens.command.title, '$0.01–0.05 (≈ $0.02) a call · $0.01–0.05 (≈ $0.02) a run · $1–5 (≈ $2) a month');
  assert.equal(lens.command.command, '');
});

test('hover on the call and on its model shows the table, elsewhere nothing', async () => {
  const c = await begin();
  await c.open(A, 'const other = 1; ask("claude-a", text);');
  const onCall = await c.hover(A, 'ask(');
  assert.match(onCall!, /`claude-a`/);
  assert.match(onCall!, /\| per call \| \$0\.01 \| \*\*\$0\.02\*\* \| \$0\.05 \|/);
  assert.equal(await c.hover(A, '"claude-a"'), onCall);
  assert.match((await c.hover(A, 'text'))!, /user, 100–500 \(≈ 200\) tokens, changes every call/);
  assert.equal(await c.hover(A, 'other'), undefined);
});

test('model ids are completed with their price inside a model’s string, replacing it, and nowhere else', async () => {
  const c = await begin();
  const complete = async (text: string) => {
    const at = text.indexOf('|');
    await c.open(A, text.replace('|', ''));
    const line = text.slice(0, at).split('\n');
    const position = { line: line.length - 1, character: line.at(-1)!.length };
    const list = await c.request('textDocument/completion', { textDocument: { uri: A }, position });
    const texts = list?.items.map((each: any) => {
      const { start, end } = each.textEdit.range;
      const lines = text.replace('|', '').split('\n');
      return `${lines[start.line]!.slice(0, start.character)}${each.textEdit.newText}${lines[end.line]!.slice(end.character)}`;
    });
    await c.close(A);
    return { items: list?.items, texts };
  };
  const seen = await complete('const x = { model: "cl|aude-x" };');
  assert.deepEqual(seen.texts, ['const x = { model: "claude-a" };', 'const x = { model: "claude-old" };', 'const x = { model: "gpt-b" };']);
  assert.match(seen.items[0].detail, /\$3 in, \$15 out/);
  assert.deepEqual(seen.items[1].tags, [1], 'retired');
  for (const text of [
    'f(model="|")',
    "anthropic('|')",
    'MODEL = "|"',
    '"model": "|',
    'const modelId = process.env.X ?? "|"',
    'model_name: str = "|"',
  ]) {
    assert.ok((await complete(text)).items?.length > 0, text);
  }
  assert.deepEqual((await complete('ask("cl|", x)')).texts, ['ask("claude-a", x)', 'ask("claude-old", x)'], 'a known call tells the provider');
  assert.deepEqual((await complete('completion(model="openai/|")')).texts, ['completion(model="openai/gpt-b")']);
  for (const text of ['const name = "|"', 'model = |', '// model "x" |', 'remodeling("|")'])
    assert.equal((await complete(text)).items, undefined, text);
});

test('the file’s summary for the status bar, and none for a file without calls', async () => {
  const c = await begin();
  await c.open(A, 'ask("m", x);\nask(model, y);\n');
  const summary = await c.request('costlint/fileSummary', { uri: A });
  assert.equal(summary.text, '≈ $0.02/run +?');
  assert.equal(summary.findings, 2);
  assert.deepEqual(
    summary.calls.map((call: any) => [call.title, call.range.start.line]),
    [
      ['ask', 0],
      ['ask', 1],
    ],
  );
  assert.match(summary.calls[1].cost, /cost unknown: the model is chosen/);
  assert.match(summary.tooltip, /1 call without a figure/);
  await c.change(A, '1');
  assert.equal(await c.request('costlint/fileSummary', { uri: A }), null);
});

test('the report as a page lists calls by cost, links to them, and says what has no figure', async () => {
  const c = await begin({ files: { '/ws/a.ts': 'ask("m", x)', '/ws/sub/b.ts': '\nask(model, y)' } });
  const { text, cancelled } = await c.request('costlint/report', {});
  assert.equal(cancelled, false);
  assert.match(text, /2 LLM calls in 2 files; 1 has a price/);
  assert.match(text, /A month at \d+ runs a day of each call: \$1–5 \(≈ \$2\)/);
  assert.match(text, /\[a\.ts:1\]\(<file:\/\/\/ws\/a\.ts#L1>\)/);
  assert.match(text, /sub\/b\.ts:2.*model is chosen while the program runs/);
  const placed = await c.request('costlint/report', { base: 'file:///ws/other%20place/x' });
  assert.match(placed.text, /\[a\.ts:1\]\(<\.\.\/\.\.\/a\.ts#L1>\)/, 'a page that stands elsewhere finds the files');
  assert.equal(JSON.parse((await c.request('costlint/report', { format: 'json' })).text).totals.calls, 2);
  assert.match((await c.request('costlint/report', { format: 'html' })).text, /^<!doctype html>/);
});

test('the report of a workspace without calls says so', async () => {
  const c = await begin({ files: { '/ws/a.ts': '1' } });
  assert.match((await c.request('costlint/report', {})).text, /No call was found/);
});

test('a report as data is made again from what is known, until something changes', async () => {
  const c = await begin({ files: { '/ws/a.ts': 'ask("m", x)', '/ws/b.ts': 'ask("m", x)' } });
  const calls = async () => {
    const { report } = await c.request('costlint/reportModel', { kind: 'cost', options: {} });
    return report.facts.find((fact: any) => fact.id === 'totals.calls').value;
  };
  const bars = () => c.sent.filter((each) => each.method === '$/progress' && each.params.value.kind === 'begin').length;
  assert.equal(await calls(), 2);
  const before = bars();
  assert.equal(await calls(), 2);
  assert.equal(bars(), before, 'no second look at the files');
  c.disk.set('/ws/b.ts', 'nothing');
  await c.rpc.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri('/ws/b.ts'), type: 2 }] });
  assert.equal(await calls(), 1);
  const first = await c.request('costlint/reportModel', { kind: 'cost', options: {} });
  const place = first.report.sections.find((section: any) => section.id === 'calls').table.rows[0][0].at;
  assert.deepEqual(place, { path: 'a.ts', line: 1, uri: A });
  await assert.rejects(c.request('costlint/reportModel', { kind: 'weather', options: {} }), /costlint\/reportModel/);
});

test('our own requests check what they are given', async () => {
  const c = await begin();
  await assert.rejects(c.request('costlint/fileSummary', { path: 1 }), /costlint\/fileSummary/);
});

test('a failure inside the analysis is logged once, and everything else goes on', async () => {
  const c = await begin();
  await c.open(A, 'BOOM');
  assert.deepEqual(await c.pull(A), []);
  assert.deepEqual(await c.pull(A), []);
  assert.equal(await c.request('textDocument/hover', { textDocument: { uri: A }, position: { line: 0, character: 0 } }), null);
  const logged = c.sent.filter((each) => each.method === 'window/logMessage' && /Diagnostics failed/.test(each.params.message));
  assert.equal(logged.length, 1);
  assert.equal(c.sent.filter((each) => each.method === 'window/showMessage').length, 0);
  await c.change(A, 'ask("m", x)');
  assert.equal((await c.pull(A)).length, 1);
});

test('a server whose parsers cannot be loaded stays up and says so in the log', async () => {
  const c = await begin({ engine: () => Promise.reject(new Error('no wasm')) });
  await c.open(A, 'ask("m", x)');
  assert.deepEqual(await c.pull(A), []);
  assert.ok(c.sent.some((each) => each.method === 'window/logMessage' && /Loading the parsers failed.*no wasm/.test(each.params.message)));
});

test('a file that cannot be read is named in the log with the reason, once', async () => {
  const c = await begin({ files: { '/ws/a.ts': 'ask("m", x)' } });
  await c.request('workspace/diagnostic', { previousResultIds: [] });
  c.disk.delete('/ws/a.ts');
  await c.rpc.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: A, type: 2 }] });
  await c.request('costlint/report', {});
  await c.request('costlint/report', {});
  const logged = c.sent.filter(
    (each) => each.method === 'window/logMessage' && /\/ws\/a\.ts is not analysed: does not exist/.test(each.params.message),
  );
  assert.equal(logged.length, 1);
});
