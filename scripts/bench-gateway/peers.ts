/** Other gateways, each as it comes, installed outside the checkout. One that cannot be had is left out with a word. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './processes.ts';
import { ANTHROPIC, OPENAI, type Shape } from './shapes.ts';

export interface Subject {
  readonly name: string;
  readonly shape: Shape;
  /** For a process that is to listen on the port. */
  readonly program: (port: number, provider: string) => Program;
}

/** Of node-server's 1.x that Portkey asks for, 1.14 and later let its streams fail ("immutable" headers); it is given the last one that works. */
const PORTKEY = { name: 'Portkey 1.15.2', package: '@portkey-ai/gateway@1.15.2', overrides: { '@hono/node-server': '1.13.5', hono: '4.9.7' } };
const CCR = { name: 'claude-code-router 1.0.73', package: '@musistudio/claude-code-router@1.0.73', overrides: {} };

/** The folder of an installed package; undefined where that failed. */
function installed(folder: string, wanted: typeof PORTKEY | typeof CCR, entry: string): string | undefined {
  const path = join(folder, 'node_modules', entry);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, overrides: wanted.overrides }));
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  spawnSync('npm', ['install', ...options, wanted.package], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  if (existsSync(path)) return path;
  console.error(`${wanted.package} is not to be had: left out`);
  return undefined;
}

function portkey(folder: string): Subject | undefined {
  const entry = installed(folder, PORTKEY, '@portkey-ai/gateway/build/start-server.js');
  if (!entry) return undefined;
  return {
    name: PORTKEY.name,
    shape: OPENAI,
    program: (port) => ({ args: [entry, '--headless', `--port=${port}`], cwd: folder }),
  };
}

/** Takes Anthropic's API and speaks OpenAI's to the provider, which is what it is for. */
function claudeCodeRouter(folder: string): Subject | undefined {
  const entry = installed(folder, CCR, '@musistudio/claude-code-router/dist/cli.js');
  if (!entry) return undefined;
  return {
    name: CCR.name,
    shape: ANTHROPIC,
    program: (port, provider) => {
      const home = join(folder, `home-${port}`);
      mkdirSync(join(home, '.claude-code-router'), { recursive: true });
      const upstream = { name: 'bench', api_base_url: `${provider}/v1/chat/completions`, api_key: 'k', models: ['gpt-4.1'] };
      const config = { PORT: port, HOST: '127.0.0.1', LOG: false, Providers: [upstream], Router: { default: 'bench,gpt-4.1' } };
      writeFileSync(join(home, '.claude-code-router/config.json'), JSON.stringify(config));
      return { args: [entry, 'start'], env: { HOME: home, USERPROFILE: home } };
    },
  };
}

/** Portkey is told the provider by headers. */
const toProvider = (subject: Subject, provider: string): Subject =>
  subject.name === PORTKEY.name
    ? {
        ...subject,
        shape: { ...OPENAI, headers: { ...OPENAI.headers, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${provider}/v1` } },
      }
    : subject;

export const peersIn = (folder: string, provider: string): readonly Subject[] =>
  [portkey(join(folder, 'portkey')), claudeCodeRouter(join(folder, 'claude-code-router'))].flatMap((one) => (one ? [toProvider(one, provider)] : []));
