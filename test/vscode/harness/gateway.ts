/** A real gateway as a process beside the editor, before a provider that answers with recorded streams, or with our own where the recorded ones are not at hand. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { node24 } from '../../../scripts/lib/node24.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { json, messageBody, messageEvents, type Provider, provider } from '../../gateway/support/provider.ts';
import { bytesOf, contentTypeOf, pathOf, recordedCalls } from '../../wire/recorded.ts';

export interface GatewayProcess {
  readonly url: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** @param folder its state folder, by which the extension finds it */
export async function startGatewayProcess(folder: string, upstream: string, options: object = {}): Promise<GatewayProcess> {
  const names = ['anthropic', 'openai', 'gemini', 'bedrock'];
  const upstreams = Object.fromEntries(names.map((name) => [name, upstream]));
  const input = { options: { port: 0, stateDir: folder, upstreams, ...options }, version: '0.0.0-test' };
  const child: ChildProcess = spawn(await node24(), [join(root, 'gateway/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, COSTLINT_GATEWAY: JSON.stringify(input) },
  });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

export interface Traffic {
  /** What the calls are: `recorded` or `own`. */
  readonly kind: 'recorded' | 'own';
  readonly upstream: Provider;
  /** Makes `count` further calls, spread over some sessions. */
  play(url: string, count: number): Promise<void>;
}

interface Replay {
  readonly path: string;
  readonly body: string;
  /** Made anew for each call where the ids in it are our own: an answer with a known id is the same bill and counts once. */
  readonly bytes: () => Buffer;
  readonly type: string;
}

/** Streams to replay, several providers among them. */
function replays(): { kind: Traffic['kind']; all: readonly Replay[] } {
  const recorded = (recordedCalls() ?? []).filter(
    (call) => call.streaming && call.api !== 'count_tokens' && call.response_status === 200 && call.provider !== 'bedrock',
  );
  if (recorded.length > 0) {
    const step = Math.max(1, Math.floor(recorded.length / 120));
    const some = recorded.filter((_, index) => index % step === 0);
    return {
      kind: 'recorded',
      all: some.map((call) => ({ path: pathOf(call), body: JSON.stringify(call.request), bytes: () => bytesOf(call), type: contentTypeOf(call) })),
    };
  }
  const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 400, stream: true, messages: [{ role: 'user', content: 'Hello' }] });
  const own = Array.from({ length: 40 }, (_, index) => ({
    path: '/v1/messages',
    body,
    bytes: () => Buffer.from(messageEvents(['Hel', 'lo'], 500 + index * 37, 20 + index).join('')),
    type: 'text/event-stream',
  }));
  return { kind: 'own', all: own };
}

export async function traffic(): Promise<Traffic> {
  const { kind, all } = replays();
  const upstream = await provider(async (asked, response) => {
    const { bytes: made, type } = all[Number(asked.headers['x-row'] ?? 0) % all.length]!;
    const bytes = made();
    response.writeHead(200, { 'content-type': type });
    for (let at = 0; at < bytes.length; at += 600) {
      response.write(bytes.subarray(at, at + 600));
      await new Promise(setImmediate);
    }
    response.end();
  });
  let made = 0;
  const play = async (url: string, count: number): Promise<void> => {
    for (let left = count; left > 0; left--) {
      const row = made++;
      const { path, body } = all[row % all.length]!;
      const headers = {
        'content-type': 'application/json',
        'x-row': String(row),
        'x-costlint-session': `agent-${row % 5}`,
        'x-costlint-agent': 'researcher',
      };
      await (await fetch(`${url}${path}`, { method: 'POST', body, headers })).arrayBuffer();
    }
  };
  return { kind, upstream, play };
}

export interface Spending {
  readonly session: string;
  readonly text?: string;
  /** What the provider says it took; 1,000 output tokens cost $0.015. */
  readonly usage?: Readonly<Record<string, number>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Spender {
  readonly upstream: Provider;
  /** One call; resolves to the status that its client got. */
  spend(url: string, spending: Spending): Promise<number>;
}

/** Calls that cost what the test says, where it matters which session spends how much. */
export async function spender(): Promise<Spender> {
  const upstream = await provider((asked, response) => json(response, messageBody(JSON.parse(String(asked.headers['x-usage'])))));
  const spend = async (url: string, { session, text = 'Hello', usage = { input_tokens: 100, output_tokens: 1_000 }, headers = {} }: Spending) => {
    const answer = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 2_000, messages: [{ role: 'user', content: text }] }),
      headers: { 'content-type': 'application/json', 'x-costlint-session': session, 'x-usage': JSON.stringify(usage), ...headers },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  return { upstream, spend };
}
