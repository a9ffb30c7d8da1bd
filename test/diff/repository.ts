/** A throw-away git repository whose settings come from nobody's machine. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { run } from '../../cli/run.ts';
import { capture } from '../cli/toy.ts';
import { folder } from '../workspace/folder.ts';

const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

export interface Repository {
  readonly root: string;
  readonly git: (...args: readonly string[]) => string;
  /** Writes files (null deletes), without committing. */
  readonly write: (files: Readonly<Record<string, string | Uint8Array | null>>) => void;
  readonly commit: (files: Readonly<Record<string, string | Uint8Array | null>>) => string;
}

export function repositoryAt(root: string): Repository {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const write: Repository['write'] = (files) => {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(root, name);
      if (content === null) fs.rmSync(file);
      else {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
      }
    }
  };
  const commit: Repository['commit'] = (files) => {
    write(files);
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'x');
    return git('rev-parse', 'HEAD');
  };
  return { root, git, write, commit };
}

/** A repository on the branch `main` with one commit of these files. */
export function repository(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>): Repository {
  const made = repositoryAt(folder(t, {}));
  made.git('init', '-q', '-b', 'main');
  made.commit(files);
  return made;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as a person calls it, with the real analysis. */
export async function costlint(cwd: string, argv: readonly string[], ci: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const { terminal, out, err } = capture(cwd, { env: { PATH: process.env.PATH, HOME: '/nonexistent', ...ci } });
  const code = await run(argv[0] === 'diff' ? ['diff', '--today', '2026-11-23', ...argv.slice(1)] : argv, terminal);
  return { code, out: out(), err: err() };
}

/** An agent in TypeScript that makes one call. */
export const agent = (model: string, system = 'You are brief.', more = ''): string => `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export async function answer(question: string) {
  return client.messages.create({
    model: '${model}',
    max_tokens: 1000,${more}
    system: '${system}',
    messages: [{ role: 'user', content: question }],
  });
}
`;

/** The same with its system prompt in a file. */
export const agentWithFile = (model: string): string =>
  agent(model)
    .replace("system: 'You are brief.'", "system: readFileSync('prompts/system.md', 'utf8')")
    .replace('\n', "\nimport { readFileSync } from 'node:fs';\n");
