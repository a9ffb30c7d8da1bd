/** `Costlint: Calibrate Token Counts`: shows what it would send to the provider's free counting endpoint, asks, counts, and hands the counts to the server. */
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { type CountingApi, calibrationTextsRequest, countingApis, type ProviderCount, useCountsRequest } from '../core/protocol/calibration.ts';
import { baseUrlProblem, type CountOutcome, countTexts, DEFAULT_BASE, hostOf, isOpenToReaders } from './calibrate-http.ts';
import {
  API_NAMES,
  amountWords,
  comparison,
  type Job,
  jobsOf,
  KEY_NAMES,
  mergeCounts,
  plural,
  previewPage,
  readCounts,
  stored,
  textsIn,
} from './calibrate-plan.ts';
import { ask } from './rpc.ts';

const STORAGE_KEY = 'costlint.calibration';

export interface CalibrationParts {
  readonly client: LanguageClient;
  readonly output: vscode.LogOutputChannel;
  readonly context: vscode.ExtensionContext;
}

/** Hands the kept counts to every server that starts. */
export function keepCalibrated({ client, output, context }: CalibrationParts): vscode.Disposable {
  return client.onDidChangeState(({ newState }) => {
    const counts = readCounts(context.workspaceState.get(STORAGE_KEY));
    if (newState !== State.Running || counts.length === 0) return;
    ask(client, useCountsRequest, { counts: [...counts] }).catch((error) => output.error(`Calibration: ${String(error)}`));
  });
}

export async function calibrate(parts: CalibrationParts): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const manage = 'Manage Workspace Trust';
    const words = 'Calibration sends prompt text of this workspace to a provider, so it works in trusted workspaces only.';
    if ((await vscode.window.showWarningMessage(words, manage)) === manage) await vscode.commands.executeCommand('workbench.trust.manage');
    return;
  }
  const { texts, cancelled } = await ask(parts.client, calibrationTextsRequest, {});
  if (cancelled) return;
  const before = readCounts(parts.context.workspaceState.get(STORAGE_KEY));
  const found = countingApis.filter((api) => texts.some((text) => text.targets.some((target) => target.api === api)));
  if (found.length === 0) {
    const words = 'Costlint found no unchanging prompt text of 50 tokens or more that goes to a Claude or Gemini model.';
    return void vscode.window.showInformationMessage(words);
  }
  const plans = found.map((api) => ({ api, jobs: jobsOf(texts, api, before) })).filter(({ jobs }) => jobs.length > 0);
  if (plans.length === 0) return void vscode.window.showInformationMessage('All prompt texts of this workspace are counted already.');
  const plan = await choosePlan(plans);
  const baseUrl = plan && (await consent(plan));
  const key = plan && baseUrl && (await keyFor(plan.api, baseUrl));
  if (!plan || !baseUrl || !key) return;
  const outcome = await count(plan, baseUrl, key);
  await keep(parts, before, outcome);
  await tell(parts, plan, outcome);
}

export async function forgetCalibration({ client, context }: CalibrationParts): Promise<void> {
  const { length } = readCounts(context.workspaceState.get(STORAGE_KEY));
  await context.workspaceState.update(STORAGE_KEY, undefined);
  if (client.state === State.Running) await ask(client, useCountsRequest, { counts: [] });
  const words = length === 0 ? 'There was no calibration to forget.' : `${plural(length, 'count')} forgotten: tokens are estimates again.`;
  void vscode.window.showInformationMessage(words);
}

interface Plan {
  readonly api: CountingApi;
  readonly jobs: readonly Job[];
}

async function choosePlan(plans: readonly Plan[]): Promise<Plan | undefined> {
  if (plans.length === 1) return plans[0];
  const items = plans.map((plan) => ({ label: API_NAMES[plan.api], description: amountWords(plan.jobs), plan }));
  const title = 'Costlint: calibrate token counts';
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Whose counts? One provider at a time' }))?.plan;
}

/** The address to send to, once a person has seen what would be sent and agreed. */
async function consent(plan: Plan): Promise<string | undefined> {
  const { api, jobs } = plan;
  const preview = showPreview();
  let baseUrl = configuredBase(api);
  try {
    for (;;) {
      await preview.show(previewPage(jobs, api, baseUrl));
      const host = hostOf(baseUrl);
      const open = isOpenToReaders(baseUrl) ? ' Unencrypted: it can be read on the way.' : '';
      const send = {
        label: `$(cloud-upload) Send ${amountWords(jobs)} to ${host}`,
        detail: `This text leaves your machine. Counting is free.${open}`,
      };
      const other = { label: '$(link) Send to another address…', detail: 'A gateway or proxy with the same counting endpoint' };
      const no = { label: '$(close) Send nothing' };
      const placeHolder = 'The page behind this list shows all of it. Nothing has been sent yet.';
      const options = { title: 'Costlint: calibrate token counts', placeHolder, ignoreFocusOut: true };
      const chosen = await vscode.window.showQuickPick([send, other, no], options);
      if (chosen === send) return baseUrl;
      if (chosen !== other) return undefined;
      baseUrl = (await askBase(api, baseUrl)) ?? baseUrl;
    }
  } finally {
    preview.dispose();
  }
}

function configuredBase(api: CountingApi): string {
  const given = vscode.workspace.getConfiguration('costlint').get<Readonly<Record<string, unknown>>>('calibration.baseUrl')?.[api];
  if (typeof given !== 'string' || given.trim() === '') return DEFAULT_BASE[api];
  const problem = baseUrlProblem(given.trim());
  if (problem) throw new Error(`The setting costlint.calibration.baseUrl cannot be used for ${API_NAMES[api]}. ${problem}`);
  return given.trim();
}

const askBase = async (api: CountingApi, value: string): Promise<string | undefined> =>
  (
    await vscode.window.showInputBox({
      title: `Costlint: address for ${API_NAMES[api]} counts`,
      prompt: `Default: ${DEFAULT_BASE[api]}. Keep another one in the setting costlint.calibration.baseUrl.`,
      value,
      ignoreFocusOut: true,
      validateInput: (text) => baseUrlProblem(text.trim()),
    })
  )?.trim();

/** A page that is no file: what it shows is not kept. */
function showPreview() {
  const uri = vscode.Uri.parse('costlint-calibration:/What Costlint would send.md');
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let page = '';
  const provider = vscode.workspace.registerTextDocumentContentProvider(uri.scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: () => page,
  });
  return {
    show: async (text: string): Promise<void> => {
      page = text;
      changed.fire(uri);
      await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: true });
    },
    dispose: () => {
      provider.dispose();
      changed.dispose();
    },
  };
}

/** From the environment where a person says so, else typed. It lives as long as the run. */
async function keyFor(api: CountingApi, baseUrl: string): Promise<string | undefined> {
  const name = KEY_NAMES[api];
  const found = process.env[name]?.trim();
  const title = `Costlint: key for ${hostOf(baseUrl)}`;
  if (found) {
    const use = { label: `$(key) Use ${name} from the environment`, detail: `It is sent to ${hostOf(baseUrl)} and kept nowhere` };
    const type = { label: '$(edit) Type another key…' };
    const chosen = await vscode.window.showQuickPick([use, type], { title, ignoreFocusOut: true });
    if (chosen !== type) return chosen && found;
  }
  const prompt = `${API_NAMES[api]} API key. It is used for this run, and neither stored nor logged.`;
  const typed = await vscode.window.showInputBox({ title, prompt, password: true, ignoreFocusOut: true });
  return typed?.trim() || undefined;
}

function count({ api, jobs }: Plan, baseUrl: string, key: string): Thenable<CountOutcome> {
  const options = { location: vscode.ProgressLocation.Notification, title: `Costlint: counting at ${hostOf(baseUrl)}`, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const onProgress = (done: number): void => progress.report({ increment: 100 / jobs.length, message: `${done} of ${jobs.length}` });
    const onWait = (seconds: number): void => progress.report({ message: `the provider asks to wait ${seconds} s` });
    return countTexts({ api, baseUrl, key, jobs, signal: stop.signal, onProgress, onWait });
  });
}

/** What was counted is kept even where the rest failed or was cancelled. */
async function keep({ client, context }: CalibrationParts, before: readonly ProviderCount[], { counted }: CountOutcome): Promise<void> {
  if (counted.length === 0) return;
  const counts = mergeCounts(before, counted, new Date().toISOString().slice(0, 10));
  await context.workspaceState.update(STORAGE_KEY, stored(counts));
  await ask(client, useCountsRequest, { counts: [...counts] });
}

async function tell({ output }: CalibrationParts, { jobs }: Plan, { counted, problems, end }: CountOutcome): Promise<void> {
  for (const problem of problems) output.warn(`Calibration: ${problem}`);
  const done = textsIn(jobs.filter((job) => counted.some((each) => each.job === job)));
  const amount = `${done} of ${plural(textsIn(jobs), 'text')} counted.`;
  const words = [`Costlint: ${end === 'cancelled' ? 'cancelled, ' : ''}${amount}`, comparison(counted, jobs), problems[0] ?? '']
    .filter(Boolean)
    .join(' ');
  if (problems.length === 0) return void vscode.window.showInformationMessage(words);
  if ((await vscode.window.showWarningMessage(words, 'Show Output')) === 'Show Output') output.show();
}
