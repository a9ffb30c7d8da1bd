/**
 * The official Python SDKs, LiteLLM and LangChain behind the gateway (`npm run test:clients`). Each program runs its cases and says what its SDK made of the answers;
 * here that is compared with the ledger and with what reached the provider.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gateway, type TestGateway } from '../gateway/support/gateway.ts';
import { type Provider, provider, until } from '../gateway/support/provider.ts';
import { answers, caseOf } from './provider.ts';

/** What a program says of a case. */
interface Said {
  readonly case: string;
  readonly text?: string;
  readonly tool?: string;
  readonly usage?: Readonly<Record<string, number>>;
  readonly usageChunks?: number;
  readonly error?: string;
  readonly status?: number | null;
  readonly message?: string;
}

const python = process.env.COSTLINT_PYTHON ?? 'python3';
const folder = fileURLToPath(new URL('.', import.meta.url));

async function programSays(name: string, env: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Said>> {
  // Without the person's own settings: keys, proxies, profiles.
  const clean = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const local = { LITELLM_LOCAL_MODEL_COST_MAP: 'True', LANGSMITH_TRACING: 'false' };
  const child = spawn(python, [`${folder}${name}_client.py`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...clean, ...local, ...env },
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 0, `${name}_client.py ended with ${String(code)}:\n${errors.slice(-3000)}`);
  const lines = out.split('\n').filter((line) => line.startsWith('{'));
  return new Map(lines.map((line) => JSON.parse(line) as Said).map((said) => [said.case, said]));
}

describe('Python SDKs behind the gateway', () => {
  let upstream: Provider;
  let proxy: TestGateway;
  before(async () => {
    upstream = await provider(answers());
    proxy = await gateway(upstream.url, {
      upstreams: { aws: 'https://bedrock-runtime.us-east-1.amazonaws.com' },
      limits: [{ id: 'broke', layer: 'project', scope: 'broke', usd: 0.000_000_001, window: 'day' }],
    });
  });
  after(async () => {
    await proxy.close();
    await upstream.close();
  });

  const says = (name: string) => programSays(name, { COSTLINT_URL: proxy.url, COSTLINT_UPSTREAM_HOST: new URL(upstream.url).host });
  const asked = (session: string) => upstream.asked.filter((one) => caseOf(one) === session).length;
  const rows = (session: string) => proxy.calls().filter((event) => event.session === session);

  /** A call that was answered: the client saw the usage that was metered, in one row, and the provider was asked once. */
  function answered(name: string, said: Said | undefined): void {
    assert.ok(said, `no such case: ${name}`);
    assert.equal(said.error, undefined, `${name}: ${said.error} ${said.message}`);
    assert.deepEqual([said.text ?? said.tool], [said.tool ? 'look' : said.usage && !said.text ? undefined : 'Hello'], name);
    const [row, ...more] = rows(name);
    assert.equal(more.length, 0, `${name}: one row`);
    assert.equal(asked(name), 1, `${name}: one request`);
    assert.equal(row?.source, 'exact', name);
    if (said.usage) assert.deepEqual(row.usage, said.usage, name);
    if (said.tool) assert.deepEqual(row.toolCalls, ['look'], name);
  }

  /** A call that a budget denies: an exception with what to do, at once, and nothing reaches the provider. */
  function refused(name: string, said: Said | undefined): void {
    assert.match(`${said?.message}`, /limit .{0,3}broke/, name);
    assert.equal(said?.status, 402, name);
    const denials = proxy.denials().filter(({ session }) => session === name).length;
    assert.deepEqual([denials, asked(name), rows(name).length], [1, 0, 0], `${name}: denied once, not tried again`);
  }

  function check(
    program: string,
    said: ReadonlyMap<string, Said>,
    special: Readonly<Record<string, (name: string, said: Said) => unknown>> = {},
  ): void {
    for (const [name, one] of said) {
      const session = `${program}-${name}`;
      const other = special[name];
      if (other) other(session, one);
      else if (name.startsWith('denied')) refused(session, one);
      else answered(session, one);
    }
  }

  /** Tried again after the provider's 429 or 529: two requests, two rows, one of which is billed. */
  const triedAgain = (name: string, said: Said): void => {
    assert.equal(said.text, 'Hello', `${name}: ${said.message}`);
    assert.equal(asked(name), 2, name);
    assert.deepEqual(
      rows(name).map(({ billed, status }) => [billed, status < 400]),
      [
        [false, false],
        [true, true],
      ],
    );
  };
  /** The stream broke: the client learns of it, and it is billed by estimate. */
  const cut = (name: string, said: Said): void => {
    assert.ok(said.error, `${name}: the client sees that the stream is not whole, not ${JSON.stringify(said)}`);
    assert.deepEqual(
      rows(name).map(({ source, outcome, billed }) => [source, outcome, billed]),
      [['estimated', 'cut', true]],
      name,
    );
  };
  /** The client went away: the provider's side is ended, and what came so far is billed. */
  const aborted = async (name: string): Promise<void> => {
    await until(`the row of ${name}`, () => rows(name).length === 1);
    const [row] = rows(name);
    assert.deepEqual([row?.source, row?.billed], ['estimated', true], name);
    assert.ok(row?.outcome === 'cut' || row?.outcome === 'cancelled', `${name}: ${row?.outcome}`);
  };
  const timedOut = (name: string, said: Said): Promise<void> => {
    assert.match(`${said.error} ${said.message}`, /time|504|deadline/i, name);
    return aborted(name);
  };

  async function abortsReach(program: string, said: ReadonlyMap<string, Said>): Promise<void> {
    await aborted(`${program}-abort`);
    assert.equal(said.get('abort')?.text, 'Hel');
    await timedOut(`${program}-timeout`, said.get('timeout')!);
  }
  const later = { abort: () => {}, timeout: () => {} };

  test('anthropic', async () => {
    const gone = upstream.aborted;
    const said = await says('anthropic');
    check('anthropic', said, { rate: triedAgain, overloaded: triedAgain, cut, ...later });
    await abortsReach('anthropic', said);
    await until('abort and timeout are upstream', () => upstream.aborted >= gone + 2);
  });

  test('openai', async () => {
    const gone = upstream.aborted;
    const said = await says('openai');
    check('openai', said, { rate: triedAgain, cut, ...later });
    assert.equal(said.get('stream')?.usageChunks, 0, 'usage that the client did not ask for is taken out again');
    assert.deepEqual(rows('openai-stream')[0]?.usage, { uncachedInput: 6, cacheRead: 4, output: 5 });
    await abortsReach('openai', said);
    await until('abort and timeout are upstream', () => upstream.aborted >= gone + 2);
  });

  test('google-genai', async () => {
    const gone = upstream.aborted;
    const said = await says('google');
    check('google', said, { rate: triedAgain, cut, ...later });
    await abortsReach('google', said);
    await until('abort and timeout are upstream', () => upstream.aborted >= gone + 2);
  });

  test('litellm', async () => check('litellm', await says('litellm')));

  test('langchain', async () => check('langchain', await says('langchain')));

  test('boto3: a token as a header passes; a signature only where it is made for the provider’s host', async () => {
    check('bedrock', await says('bedrock'), {
      // When this fails boto3 has changed, and the documentation may promise more.
      'own-token': (_name, said) => assert.match(`${said.message}`, /requires an HTTPS endpoint/),
      'signed-for-gateway': (name, said) => {
        assert.match(`${said.message}`, /signed \(AWS SigV4\).*AWS_BEARER_TOKEN_BEDROCK/);
        assert.deepEqual([said.status, asked(name), rows(name).length], [400, 0, 0]);
      },
      'signed-for-provider': (name, said) => {
        answered(name, said);
        const got = upstream.asked.find((one) => caseOf(one) === name);
        assert.match(got?.headers.authorization ?? '', /^AWS4-HMAC-SHA256 .*SignedHeaders=[^,]*\bhost\b/);
        assert.equal(got?.headers.host, new URL(upstream.url).host, 'the host that was signed is the host that it comes to');
      },
    });
  });
});
