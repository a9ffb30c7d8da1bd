/** The gateway as a process: from options to the signal that ends it. */
import type { GatewayInput } from './options.ts';

/** What the process is started with. */
export interface RunInput {
  readonly options?: GatewayInput;
  readonly version?: string;
  /** The port was not asked for. */
  readonly anyPort?: boolean;
  /** For people instead of programs. */
  readonly text?: boolean;
}

/** `node:sqlite` without a flag and what undici 8 asks for. */
const LEAST = [22, 19] as const;

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

export async function run(json: string): Promise<number> {
  if (!isNewEnough(process.versions.node)) {
    process.stderr.write(`costlint: the gateway needs Node ${LEAST.join('.')} or later, this is ${process.versions.node}\n`);
    return 2;
  }
  const input = JSON.parse(json) as RunInput;
  silenceExperimental();
  const { gatewayOptions } = await import('./options.ts');
  const { openGateway } = await import('./open.ts');
  const { limitsInWords } = await import('./limits.ts');
  const { FolderInUse } = await import('./store/open.ts');
  const warn = (message: string): void => void process.stderr.write(`costlint: ${message}\n`);
  try {
    const options = gatewayOptions(input.options);
    const gateway = await openGateway(options, { version: input.version ?? 'unknown', warn, anyPort: input.anyPort ?? false });
    process.stdout.write(
      input.text
        ? greeting(gateway, limitsInWords(gateway.core.limits))
        : `${JSON.stringify({ url: gateway.url, socket: gateway.socket, folder: gateway.folder, note: gateway.note })}\n`,
    );
    await Promise.race([stopSignal(), gateway.stopAsked]);
    await gateway.close();
    return 0;
  } catch (error) {
    if (error instanceof FolderInUse) return alreadyRuns(input);
    warn(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

/** node:sqlite tells of itself on standard error in Node 22. */
function silenceExperimental(): void {
  const emit = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emit, process, [warning, ...rest]);
  };
}

async function alreadyRuns(input: RunInput): Promise<number> {
  const { findGateway } = await import('./publish/index.ts');
  const found = await findGateway(input.options?.stateDir);
  if (!found) {
    process.stderr.write('costlint: another gateway has the state folder and does not answer\n');
    return 2;
  }
  const url = `http://${found.host}:${found.port}`;
  process.stdout.write(
    input.text ? `A gateway runs already at ${url} (pid ${found.pid}).\n` : `${JSON.stringify({ url, socket: found.socket, running: true })}\n`,
  );
  return 0;
}

interface Greeted {
  readonly url: string;
  readonly folder: string;
  readonly note?: string;
}

function greeting({ url, folder, note }: Greeted, limits: string): string {
  return [
    ...(note === undefined ? [] : [`Note: ${note}`]),
    `The gateway listens at ${url}`,
    `  ANTHROPIC_BASE_URL=${url}`,
    `  OPENAI_BASE_URL=${url}/v1`,
    `  GOOGLE_GEMINI_BASE_URL=${url}`,
    limits,
    `Ledger and socket: ${folder}`,
    '',
  ].join('\n');
}

/** The first signal drains; a second one, while it drains, ends at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', stop);
    if (process.connected) process.once('disconnect', stop);
  });
}
