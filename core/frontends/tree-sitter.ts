/**
 * Starts the tree-sitter runtime from bytes that the host has read: core has no file system, and a bundle keeps its .wasm files
 * wherever it likes.
 */
import { Language, Parser } from 'web-tree-sitter';

export interface TreeSitterFiles {
  /** `web-tree-sitter.wasm` of the installed web-tree-sitter. */
  readonly runtimeWasm: Uint8Array;
  /** `tree-sitter-python.wasm` of the official grammar. */
  readonly pythonWasm: Uint8Array;
}

const PAGE = 64 * 1024;
/** What the runtime asks for by default, and the most its module declares. */
const INITIAL_BYTES = 32 * 1024 * 1024;
const MAXIMUM_PAGES = 32768;

/** The part of `WebAssembly.Memory` that is used here; its buffer is a new one after each growth. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
}
interface WithMemory {
  readonly WebAssembly: { readonly Memory: new (limits: { initial: number; maximum: number }) => LinearMemory };
}

let memory: LinearMemory | undefined;
let runtime: Promise<void> | undefined;

/** The memory that syntax trees lie in: reading it directly saves one call into WASM per node and property. */
export const parserMemory = (): LinearMemory | undefined => memory;

/** Loads the runtime (once per process) and the Python grammar. */
export async function initTreeSitter(files: TreeSitterFiles): Promise<Language> {
  runtime ??= start(files.runtimeWasm);
  try {
    await runtime;
  } catch (error) {
    runtime = undefined;
    throw error;
  }
  return Language.load(files.pythonWasm);
}

async function start(wasmBinary: Uint8Array): Promise<void> {
  const { Memory } = (globalThis as unknown as WithMemory).WebAssembly;
  memory = new Memory({ initial: INITIAL_BYTES / PAGE, maximum: MAXIMUM_PAGES });
  await Parser.init({ wasmBinary, wasmMemory: memory });
}
