/**
 * The end of `npm run demo`: an agent that would never stop runs against the real gateway, with a small stand-in for the provider behind it (no key, no money), and
 * is stopped at the ceiling of its session.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dist } from '../lib/paths.mjs';

const MODEL = 'claude-sonnet-4-6';
const CEILING_USD = 0.25;
/** So that a demo whose ceiling does not hold ends too. */
const MAX_STEPS = 500;

/** @param {string} node Node that can run the gateway. @param {(text: string) => string} strong @returns {Promise<void>} */
export async function runaway(node, strong) {
  const folder = mkdtempSync(join(tmpdir(), 'costlint-demo-'));
  const provider = await standIn();
  const gateway = await startGateway(node, folder, provider.url);
  try {
    const { steps, denial } = await endlessAgent(gateway.url);
    if (!denial) throw new Error(`the agent was not stopped within ${steps} calls`);
    console.log(`\n${strong(`Stopped after ${steps} calls.`)} The agent got this, as an error of its provider's own shape that SDKs do not retry:`);
    console.log(`  ${denial}`);
  } finally {
    await gateway.stop();
    provider.close();
  }
  console.log('');
  await finished(spawn(node, [join(dist, 'cli.js'), 'ledger', '--state-dir', folder], { stdio: 'inherit' }));
  rmSync(folder, { recursive: true, force: true });
}

/** Answers every request with one more tool call, and counts four characters as a token. */
async function standIn() {
  let answers = 0;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      answers++;
      const body = {
        id: `msg_${String(answers).padStart(24, '0')}`,
        type: 'message',
        role: 'assistant',
        model: MODEL,
        content: [{ type: 'tool_use', id: `toolu_${answers}`, name: 'search', input: { query: topics[answers % topics.length] } }],
        stop_reason: 'tool_use',
        stop_sequence: null,
        usage: { input_tokens: Math.ceil(Buffer.concat(chunks).length / 4), output_tokens: 180 },
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const words =
  'sensor probe moisture clay sand loam price vendor battery radio range depth drift salt nitrate phosphate winter frost harvest field orchard vine tomato wheat rain pump valve leak cable mast solar panel gateway signal error log firmware patch support warranty return lab review trial yield cost labour acre hectare map zone layer model curve gauge'.split(
    ' ',
  );
const topics = words.slice(0, 8);
/** Another page each time: were it the same, the gateway would see the loop long before the ceiling. */
const finding = (step) => Array.from({ length: 120 }, (_, at) => words[(at * at * (step + 3) + at * 7 + step * 13) % words.length]).join(' ');

async function startGateway(node, folder, upstream) {
  const args = ['gateway', '--session', String(CEILING_USD), '--upstream', `anthropic=${upstream}`, '--state-dir', folder, '--format', 'json'];
  const child = spawn(node, [join(dist, 'cli.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = finished(child);
  const ready = new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  const { url } = await ready;
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A research agent that always wants one more search, and sends all it has found so far with every step. */
async function endlessAgent(url) {
  const messages = [{ role: 'user', content: 'Find out everything about soil sensors.' }];
  for (let steps = 0; ; steps++) {
    const answer = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'demo', 'anthropic-version': '2023-06-01', 'x-costlint-session': 'demo' },
      body: JSON.stringify({ model: MODEL, max_tokens: 500, messages }),
    });
    const body = await answer.json();
    if (!answer.ok) return { steps, denial: `${answer.status} ${body.error?.message ?? JSON.stringify(body)}` };
    if (steps % 10 === 0)
      console.log(`  call ${String(steps + 1).padStart(3)}: ${body.usage.input_tokens} tokens in, and the model wants one more search`);
    if (steps >= MAX_STEPS) return { steps };
    const { id } = body.content[0];
    messages.push(
      { role: 'assistant', content: body.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: finding(steps) }] },
    );
  }
}

const finished = (child) => new Promise((resolve) => child.once('exit', resolve));
