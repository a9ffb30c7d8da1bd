/** A throw-away folder with the given files; removed when the test ends, or with `{ after }` of node:test when all of a file's tests have. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export function folder(t: { readonly after: (done: () => void) => void }, files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'costlint-test-')));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return root.replaceAll(path.sep, '/');
}
