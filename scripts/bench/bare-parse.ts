/** Reads and parses every file below a directory and does nothing else: the floor for any tool that looks at code. Prints milliseconds as JSON. */
import fs from 'node:fs';
import { ts } from 'ts-morph';
import { Language, Parser } from 'web-tree-sitter';
import { defaultConfig } from '../../core/config.ts';
import { readAssets } from '../../workspace/assets.ts';
import { discover } from '../../workspace/discover.ts';

const directory = process.argv[2] ?? '.';
const python = await pythonParser();

const started = performance.now();
const { files } = discover(directory, defaultConfig, (path) => /\.(py|[mc]?[jt]sx?)$/.test(path));
let bytes = 0;
for (const file of files) {
  const text = fs.readFileSync(file, 'utf8');
  bytes += text.length;
  if (file.endsWith('.py')) python.parse(text)?.delete();
  else ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
}
console.log(JSON.stringify({ ms: performance.now() - started, files: files.length, bytes, rss: process.resourceUsage().maxRSS * 1024 }));

async function pythonParser(): Promise<Parser> {
  const { runtimeWasm, pythonWasm } = readAssets();
  await Parser.init({ wasmBinary: runtimeWasm });
  const parser = new Parser();
  parser.setLanguage(await Language.load(pythonWasm));
  return parser;
}
