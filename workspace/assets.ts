/** Where the two WebAssembly files are: beside the bundle once built, in node_modules when run from source. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Assets {
  readonly runtimeWasm: Uint8Array;
  readonly pythonWasm: Uint8Array;
}

const WASM = {
  runtimeWasm: { file: 'web-tree-sitter.wasm', module: 'web-tree-sitter/web-tree-sitter.wasm' },
  pythonWasm: { file: 'tree-sitter-python.wasm', module: 'tree-sitter-python/tree-sitter-python.wasm' },
} as const;

/** `directories` are looked at before node_modules; the bundle's own directory and the one above it (for split chunks) are the default. */
export function readAssets(directories: readonly string[] = besideThisFile()): Assets {
  return { runtimeWasm: fs.readFileSync(locate('runtimeWasm', directories)), pythonWasm: fs.readFileSync(locate('pythonWasm', directories)) };
}

function besideThisFile(): readonly string[] {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return [here, path.dirname(here)];
}

function locate(name: keyof typeof WASM, directories: readonly string[]): string {
  const { file, module } = WASM[name];
  for (const directory of directories) {
    const candidate = path.join(directory, file);
    if (fs.existsSync(candidate)) return candidate;
  }
  try {
    return createRequire(path.join(directories[0] ?? process.cwd(), 'index.js')).resolve(module);
  } catch (cause) {
    throw new Error(`${file} is missing: it belongs beside the built command (${directories.join(', ')}). Build again with "npm run build".`, {
      cause,
    });
  }
}
