/** Made-up logs of the three agents, in the shape and proportions of real ones: most bytes are tool output, a stream leaves several lines for one answer. */
import fs from 'node:fs';
import path from 'node:path';

const WORDS = 'the agent reads a file and writes tests error function const return import value of to in is undefined expected received at'.split(
  ' ',
);
const CLAUDE = ['claude-sonnet-4-5-20250929', 'claude-opus-4-5-20251101', 'claude-haiku-4-5-20251001'];
const CODEX = ['gpt-5.1-codex', 'gpt-5-codex'];
const GEMINI = ['gemini-2.5-pro', 'gemini-2.5-flash'];
const START = Date.UTC(2026, 8, 1);
const HOUR = 3_600_000;

/** mulberry32: the same logs on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(20261123);
const upTo = (n: number): number => Math.floor(random() * n);
const one = <T>(list: readonly T[]): T => list[upTo(list.length)] as T;

function prose(characters: number): string {
  let text = '';
  while (text.length < characters) text += `${one(WORDS)} `;
  return text;
}

const iso = (at: number): string => new Date(at).toISOString();

function claudeSession(n: number): string {
  const session = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const common = {
    isSidechain: false,
    userType: 'external',
    cwd: `/home/me/project${n % 7}`,
    sessionId: session,
    version: '2.1.0',
    gitBranch: 'main',
  };
  const model = CLAUDE[n % CLAUDE.length];
  const lines: object[] = [];
  let at = START + ((n * 5 * HOUR) % (80 * 24 * HOUR));
  for (let turn = 0; turn < 120; turn++) {
    at += 20_000;
    const result = [{ type: 'tool_result', tool_use_id: 'x', content: prose(500 + upTo(9000)) }];
    lines.push({
      parentUuid: null,
      ...common,
      type: 'user',
      message: { role: 'user', content: result },
      uuid: `u${n}-${turn}`,
      timestamp: iso(at),
      toolUseResult: { stdout: prose(upTo(6000)) },
    });
    const written = upTo(3000);
    const usage = {
      input_tokens: upTo(10),
      cache_creation_input_tokens: written,
      cache_read_input_tokens: upTo(90_000),
      cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
      service_tier: 'standard',
    };
    const blocks = 1 + upTo(3);
    for (let block = 0; block < blocks; block++) {
      const last = block === blocks - 1;
      at += 700;
      const content = [
        last ? { type: 'tool_use', id: 't', name: 'Edit', input: { new_string: prose(upTo(2500)) } } : { type: 'text', text: prose(upTo(600)) },
      ];
      const message = {
        model,
        id: `msg_${n}_${turn}`,
        type: 'message',
        role: 'assistant',
        content,
        stop_reason: last ? 'tool_use' : null,
        stop_sequence: null,
      };
      const output = last ? 20 + upTo(800) : 1 + block;
      lines.push({
        parentUuid: null,
        ...common,
        message: { ...message, usage: { ...usage, output_tokens: output } },
        requestId: `req_${n}_${turn}`,
        type: 'assistant',
        uuid: `a${n}-${turn}-${block}`,
        timestamp: iso(at),
      });
    }
  }
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

function codexSession(n: number): string {
  let at = START + ((n * 7 * HOUR) % (80 * 24 * HOUR));
  const model = CODEX[n % CODEX.length];
  const lines: object[] = [
    { timestamp: iso(at), type: 'session_meta', payload: { id: `codex-${n}`, cwd: '/home/me/api' } },
    { timestamp: iso(at), type: 'turn_context', payload: { model, cwd: '/home/me/api' } },
  ];
  const total = { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_output_tokens: 0, total_tokens: 0 };
  for (let turn = 0; turn < 120; turn++) {
    at += 15_000;
    lines.push({
      timestamp: iso(at),
      type: 'response_item',
      payload: { type: 'function_call_output', call_id: 'x', output: prose(500 + upTo(8000)) },
    });
    const input = 2000 + upTo(60_000);
    const output = 20 + upTo(900);
    const last = {
      input_tokens: input,
      cached_input_tokens: upTo(input),
      output_tokens: output,
      reasoning_output_tokens: upTo(output),
      total_tokens: input + output,
    };
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += last[key];
    const event = {
      type: 'event_msg',
      payload: { type: 'token_count', info: { total_token_usage: { ...total }, last_token_usage: last, model_context_window: 272_000 } },
    };
    lines.push({ timestamp: iso(at), ...event }, ...(upTo(4) === 0 ? [{ timestamp: iso(at + 5), ...event }] : []));
  }
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

function geminiSession(n: number): string {
  let at = START + ((n * 11 * HOUR) % (80 * 24 * HOUR));
  const messages: object[] = [];
  for (let turn = 0; turn < 60; turn++) {
    at += 30_000;
    messages.push({ id: `u${turn}`, timestamp: iso(at), type: 'user', content: prose(200 + upTo(4000)) });
    const input = 1000 + upTo(50_000);
    const [cached, output, thoughts] = [upTo(input), 20 + upTo(700), upTo(400)];
    const tokens = { input, output, cached, thoughts, tool: 0, total: input + output + thoughts };
    messages.push({ id: `m${turn}`, timestamp: iso(at + 900), type: 'gemini', content: prose(upTo(1500)), tokens, model: GEMINI[n % GEMINI.length] });
  }
  return JSON.stringify({ sessionId: `gemini-${n}`, startTime: iso(at), messages }, null, 2);
}

/** Writes about so many megabytes of logs into a home directory: seven tenths Claude Code, two Codex, one Gemini CLI. Returns bytes and files. */
export function generateLogs(home: string, megabytes: number): { readonly bytes: number; readonly files: number } {
  const kinds = [
    { share: 0.7, file: (n: number) => `.claude/projects/-home-me-project${n % 7}/session-${n}.jsonl`, make: claudeSession },
    { share: 0.2, file: (n: number) => `.codex/sessions/2026/09/${String(1 + (n % 28)).padStart(2, '0')}/rollout-${n}.jsonl`, make: codexSession },
    { share: 0.1, file: (n: number) => `.gemini/tmp/project${n % 3}/chats/session-${n}.json`, make: geminiSession },
  ];
  let bytes = 0;
  let files = 0;
  for (const { share, file, make } of kinds) {
    for (let made = 0, n = 0; made < share * megabytes * 1e6; n++) {
      const text = `${make(n)}\n`;
      const target = path.join(home, file(n));
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, text);
      made += text.length;
      bytes += text.length;
      files++;
    }
  }
  return { bytes, files };
}
