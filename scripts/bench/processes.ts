/** Runs a program to its end and takes the time; the programs of this benchmark run one after the other, never beside each other. */
import { spawnSync } from 'node:child_process';

export interface Finished {
  /** Wall time of the whole process, ms. */
  readonly ms: number;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function execute(command: string, args: readonly string[], options: { readonly cwd?: string; readonly timeoutMs?: number } = {}): Finished {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: options.cwd,
    encoding: 'utf8',
    timeout: options.timeoutMs ?? 600_000,
    maxBuffer: 1 << 30,
  });
  return { ms: performance.now() - started, code: status, stdout: stdout ?? '', stderr: error ? error.message : (stderr ?? '') };
}
