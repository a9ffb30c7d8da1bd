/** Whether git leaves a file out. */
import { execFile } from 'node:child_process';

const TIMEOUT_MS = 5_000;

/** Undefined: the folder is in no repository, or git is not there. */
export function isGitIgnored(folder: string, file: string): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    execFile('git', ['check-ignore', '--quiet', '--no-index', '--', file], { cwd: folder, timeout: TIMEOUT_MS, windowsHide: true }, (error) => {
      if (!error) resolve(true);
      // 1: not ignored; 128: no repository.
      else resolve(error.code === 1 ? false : undefined);
    });
  });
}
