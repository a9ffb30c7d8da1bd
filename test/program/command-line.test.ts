/** Options of a command line: the model that a program runs with unless the person gives another. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const want = { model: 'claude-opus-4-8 default' };
const ts = (model: string) => `client.messages.create({ model: ${model}, max_tokens: 9, messages: [] })`;
const py = (model: string) => `client.messages.create(model=${model}, max_tokens=9, messages=[])`;
const parser = 'parser = argparse.ArgumentParser()\nparser.add_argument("-m", "--model", default="claude-opus-4-8")\n';

const python: Row[] = [
  { name: 'argparse', want, py: `import argparse\n${PY}${parser}args = parser.parse_args()\n${py('args.model')}` },
  {
    name: 'a parser that a function makes and reads',
    want,
    py: `import argparse\n${PY}def parse():\n    p = argparse.ArgumentParser()\n    g = p.add_argument_group("models")\n    g.add_argument("--big-model", default="claude-opus-4-8")\n    return p.parse_args()\ndef main():\n    args = parse()\n    ${py('args.big_model')}\nmain()`,
  },
  {
    name: 'options that are handed on',
    want,
    py: `import argparse\n${PY}def run(args):\n    ${py('args.model')}\n${parser}run(parser.parse_args())`,
  },
  {
    name: 'options that are handed on with their type',
    want,
    py: `import argparse\n${PY}def run(args: argparse.Namespace):\n    ${py('args.model')}\ndef main():\n    ${parser.replaceAll('\n', '\n    ')}args, rest = parser.parse_known_args()\n    run(args)`,
  },
  {
    name: 'another name, and a number that ends a loop',
    want: { ...want, loops: ['loop 20'] },
    py: `import argparse\n${PY}p = argparse.ArgumentParser()\np.add_argument("--llm", dest="model", default="claude-opus-4-8")\np.add_argument("--max-turns", type=int, default=20)\nargs = p.parse_args()\nturn = 0\nwhile turn < args.max_turns:\n    turn += 1\n    ${py('args.model')}`,
  },
  {
    name: 'two parsers with the same option: each has its own',
    want,
    py: `import argparse\n${PY}def other():\n    p = argparse.ArgumentParser()\n    p.add_argument("--model", default="claude-haiku-4-5")\n    return p.parse_args()\ndef main():\n    p = argparse.ArgumentParser()\n    p.add_argument("--model", default="claude-opus-4-8")\n    ${py('p.parse_args().model')}`,
  },
  {
    name: 'an option that has to be given',
    want: { model: '? config' },
    py: `import argparse\n${PY}p = argparse.ArgumentParser()\np.add_argument("--model", required=True)\n${py('p.parse_args().model')}`,
  },
  {
    name: 'click',
    want,
    py: `import click\n${PY}@click.command()\n@click.option("--llm", "-l", "model", default="claude-opus-4-8")\n@click.argument("task")\ndef main(task, model):\n    ${py('model')}`,
  },
  {
    name: 'typer',
    want,
    py: `import typer\n${PY}app = typer.Typer()\n@app.command()\ndef main(model: str = typer.Option("claude-opus-4-8", "--model")):\n    ${py('model')}`,
  },
  {
    name: 'a parameter of a request',
    want,
    py: `from fastapi import FastAPI, Query\n${PY}app = FastAPI()\n@app.get("/")\ndef ask(model: str = Query(default="claude-opus-4-8")):\n    return ${py('model')}`,
  },
  {
    name: 'flags of absl',
    want,
    py: `from absl import flags\n${PY}flags.DEFINE_string("model", "claude-opus-4-8", "the model")\nFLAGS = flags.FLAGS\n${py('FLAGS.model')}`,
  },
];

const javascript: Row[] = [
  {
    name: 'commander',
    want,
    ts: `import { Command } from 'commander';\n${TS}const program = new Command();\nprogram.name('x').option('-b, --big-model <name>', 'which', 'claude-opus-4-8').parse();\nconst { bigModel } = program.opts();\n${ts('bigModel')};`,
  },
  {
    name: 'the one program of commander',
    want,
    ts: `import { program } from 'commander';\n${TS}program.option('--model [name]', 'which', 'claude-opus-4-8');\nprogram.parse();\nconst options = program.opts();\n${ts('options.model')};`,
  },
  {
    name: 'the action of a command',
    want,
    ts: `import { program } from 'commander';\n${TS}program.command('run <task>').option('--model <name>', 'which', 'claude-opus-4-8').action(async (task, options) => { await ${ts('options.model')}; });`,
  },
  {
    name: 'options that the action takes apart',
    want,
    ts: `import { Command } from 'commander';\n${TS}new Command().option('--model <name>', 'which', 'claude-opus-4-8').action(async ({ model }) => { await ${ts('model')}; }).parse();`,
  },
  {
    name: 'yargs',
    want,
    ts: `import yargs from 'yargs';\n${TS}const argv = yargs(process.argv.slice(2)).option('model', { type: 'string', default: 'claude-opus-4-8' }).parseSync();\n${ts('argv.model')};`,
  },
  {
    name: 'a table of yargs',
    want,
    ts: `import yargs from 'yargs';\n${TS}const argv = await yargs(process.argv.slice(2)).options({ model: { type: 'string', default: 'claude-opus-4-8' } }).argv;\n${ts('argv.model')};`,
  },
  {
    name: 'Node itself',
    want,
    ts: `import { parseArgs } from 'node:util';\n${TS}const { values } = parseArgs({ options: { model: { type: 'string', default: 'claude-opus-4-8' } } });\n${ts('values.model')};`,
  },
];

table([...python, ...javascript]);
