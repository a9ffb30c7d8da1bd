/** Where the model and the output cap of a call come from: the ways in which values travel through code. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
/** A TypeScript call that uses the expression `model`. */
const tsCall = (model: string, more = 'max_tokens: 9, messages: []') => `client.messages.create({ model: ${model}, ${more} });\n`;
const pyCall = (model: string, more = 'max_tokens=9, messages=[]') => `client.messages.create(model=${model}, ${more})\n`;

const constants: Row[] = [
  { name: 'a literal', want: { model: `${opus} literal`, cap: '9 literal' }, ts: TS + tsCall(`'${opus}'`), py: PY + pyCall(`"${opus}"`) },
  {
    name: 'a constant',
    want: { model: `${opus} constant` },
    ts: `${TS}const MODEL = '${opus}';\n${tsCall('MODEL')}`,
    py: `${PY}MODEL = "${opus}"\n${pyCall('MODEL')}`,
  },
  {
    name: 'a constant of a constant, used in a function',
    want: { model: `${opus} constant` },
    ts: `${TS}const A = '${opus}';\nconst B = A;\nexport async function f() { return ${tsCall('B')} }`,
    py: `${PY}A = "${opus}"\nB = A\ndef f():\n    return ${pyCall('B')}`,
  },
  {
    name: 'a constant defined below the function that uses it',
    want: { model: `${opus} constant` },
    ts: `${TS}export function f() { return ${tsCall('B')} }\nconst B = '${opus}';`,
    py: `${PY}def f():\n    return ${pyCall('B')}\nB = "${opus}"\n`,
  },
  {
    name: 'the last assignment before the call counts',
    want: { model: `${opus} constant` },
    ts: `${TS}let m = 'other-model';\nm = '${opus}';\n${tsCall('m')}`,
    py: `${PY}m = "other-model"\nm = "${opus}"\n${pyCall('m')}`,
  },
  {
    name: 'a member of an object of constants',
    want: { model: `${opus} constant`, cap: '77 constant' },
    ts: `${TS}const CONFIG = { model: '${opus}', limits: { output: 77 } } as const;\n${tsCall('CONFIG.model', 'max_tokens: CONFIG.limits.output, messages: []')}`,
    py: `${PY}CONFIG = {"model": "${opus}", "limits": {"output": 77}}\n${pyCall('CONFIG["model"]', 'max_tokens=CONFIG["limits"]["output"], messages=[]')}`,
  },
  {
    name: 'a dict read with get',
    want: { model: `${opus} constant`, cap: '5 default' },
    py: `${PY}CONFIG = {"model": "${opus}"}\n${pyCall('CONFIG.get("model", "x")', 'max_tokens=CONFIG.get("cap", 5), messages=[]')}`,
  },
  {
    name: 'an enum member',
    want: { model: `${opus} constant` },
    ts: `${TS}enum Models { Opus = '${opus}', Other = 'x' }\n${tsCall('Models.Opus')}`,
    py: `${PY}from enum import Enum\nclass Models(str, Enum):\n    OPUS = "${opus}"\n    OTHER = "x"\n${pyCall('Models.OPUS')}`,
  },
  {
    name: 'the value of an enum member',
    want: { model: `${opus} constant` },
    py: `${PY}from enum import Enum\nclass Models(Enum):\n    OPUS = "${opus}"\n${pyCall('Models.OPUS.value')}`,
  },
  {
    name: 'a table looked up by a constant',
    want: { model: `${opus} constant` },
    ts: `${TS}const MODELS = { big: '${opus}', small: 'x' };\nconst size = 'big';\n${tsCall('MODELS[size]')}`,
    py: `${PY}MODELS = {"big": "${opus}", "small": "x"}\nsize = "big"\n${pyCall('MODELS[size]')}`,
  },
  {
    name: 'a table looked up by something unknown: one of its models',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    ts: `${TS}const MODELS: Record<string, string> = { big: '${opus}', small: 'claude-haiku-4-5' };\nexport const f = (size: string) => ${tsCall('MODELS[size]')}`,
    py: `${PY}MODELS = {"big": "${opus}", "small": "claude-haiku-4-5"}\ndef f(size):\n    return ${pyCall('MODELS[size]')}`,
  },
  {
    name: 'the same with get',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    py: `${PY}MODELS = {"big": "${opus}", "small": "claude-haiku-4-5"}\ndef f(size):\n    return ${pyCall('MODELS.get(size)')}`,
  },
  {
    name: 'arithmetic',
    want: { cap: '4096 constant' },
    ts: `${TS}const CAP = 4 * 1024;\n${tsCall(`'${opus}'`, 'max_tokens: CAP, messages: []')}`,
    py: `${PY}CAP = 4 * 1024\n${pyCall(`"${opus}"`, 'max_tokens=CAP, messages=[]')}`,
  },
  {
    name: 'the smaller of a constant and something unknown',
    want: { cap: '? dynamic' },
    ts: `${TS}export const f = (n: number) => ${tsCall(`'${opus}'`, 'max_tokens: Math.min(n, 4096), messages: []')}`,
    py: `${PY}def f(n):\n    return ${pyCall(`"${opus}"`, 'max_tokens=min(n, 4096), messages=[]')}`,
  },
  {
    name: 'a tuple taken apart',
    want: { model: `${opus} constant`, cap: '12 constant' },
    ts: `${TS}const [model, cap] = ['${opus}', 12];\n${tsCall('model', 'max_tokens: cap, messages: []')}`,
    py: `${PY}model, cap = "${opus}", 12\n${pyCall('model', 'max_tokens=cap, messages=[]')}`,
  },
  {
    name: 'an object taken apart, with a new name and a default',
    want: { model: `${opus} constant`, cap: '12 default' },
    ts: `${TS}const { model: m, cap = 12 } = { model: '${opus}' };\n${tsCall('m', 'max_tokens: cap, messages: []')}`,
  },
  {
    name: 'as const, satisfies and a non-null assertion change nothing',
    want: { model: `${opus} constant` },
    ts: `${TS}const M = ('${opus}' as const) satisfies string;\n${tsCall('M!')}`,
  },
  { name: 'Final', want: { model: `${opus} constant` }, py: `${PY}from typing import Final\nM: Final[str] = "${opus}"\n${pyCall('M')}` },
  { name: 'a walrus', want: { model: `${opus} constant` }, py: `${PY}if (m := "${opus}"):\n    ${pyCall('m')}` },
];

const branches: Row[] = [
  {
    name: 'a conditional expression: both models',
    want: { model: `${opus} literal`, alternatives: ['claude-haiku-4-5 literal'] },
    ts: `${TS}export const f = (x: boolean) => ${tsCall(`x ? '${opus}' : 'claude-haiku-4-5'`)}`,
    py: `${PY}def f(x):\n    return ${pyCall(`"${opus}" if x else "claude-haiku-4-5"`)}`,
  },
  {
    name: 'if and else',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    ts: `${TS}export function f(x: boolean) { let m; if (x) { m = '${opus}'; } else { m = 'claude-haiku-4-5'; } return ${tsCall('m')} }`,
    py: `${PY}def f(x):\n    if x:\n        m = "${opus}"\n    else:\n        m = "claude-haiku-4-5"\n    return ${pyCall('m')}`,
  },
  {
    name: 'a default that a branch overrides',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    ts: `${TS}export function f(x: boolean) { let m = '${opus}'; if (x) m = 'claude-haiku-4-5'; return ${tsCall('m')} }`,
    py: `${PY}def f(x):\n    m = "${opus}"\n    if x:\n        m = "claude-haiku-4-5"\n    return ${pyCall('m')}`,
  },
  {
    name: 'within the branch only its own value',
    want: { model: 'claude-haiku-4-5 constant', alternatives: [] },
    ts: `${TS}export function f(x: boolean) { let m = '${opus}'; if (x) { m = 'claude-haiku-4-5'; ${tsCall('m')} } }`,
    py: `${PY}def f(x):\n    m = "${opus}"\n    if x:\n        m = "claude-haiku-4-5"\n        ${pyCall('m')}`,
  },
  {
    name: 'try and except',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    ts: `${TS}export function f() { let m: string; try { m = '${opus}'; } catch { m = 'claude-haiku-4-5'; } return ${tsCall('m')} }`,
    py: `${PY}def f():\n    try:\n        m = "${opus}"\n    except Exception:\n        m = "claude-haiku-4-5"\n    return ${pyCall('m')}`,
  },
  {
    name: 'switch and match',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    ts: `${TS}export function f(x: string) { let m = ''; switch (x) { case 'a': m = '${opus}'; break; default: m = 'claude-haiku-4-5'; } return ${tsCall('m')} }`,
    py: `${PY}def f(x):\n    match x:\n        case "a":\n            m = "${opus}"\n        case _:\n            m = "claude-haiku-4-5"\n    return ${pyCall('m')}`,
  },
  {
    name: 'a cap in one branch only is the larger of both',
    want: { cap: '8000 literal' },
    ts: `${TS}export const f = (x: boolean) => ${tsCall(`'${opus}'`, 'max_tokens: x ? 8000 : 100, messages: []')}`,
    py: `${PY}def f(x):\n    return ${pyCall(`"${opus}"`, 'max_tokens=8000 if x else 100, messages=[]')}`,
  },
  {
    name: 'a loop over models',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'], loops: ['batch 2'] },
    ts: `${TS}for (const m of ['${opus}', 'claude-haiku-4-5']) ${tsCall('m')}`,
    py: `${PY}for m in ["${opus}", "claude-haiku-4-5"]:\n    ${pyCall('m')}`,
  },
];

const environment: Row[] = [
  {
    name: 'the environment with a default',
    want: { model: `${opus} env-default` },
    ts: TS + tsCall(`process.env.MODEL ?? '${opus}'`),
    py: `${PY}import os\n${pyCall(`os.getenv("MODEL", "${opus}")`)}`,
  },
  {
    name: 'with ||, and os.environ.get',
    want: { model: `${opus} env-default` },
    ts: TS + tsCall(`process.env.MODEL || '${opus}'`),
    py: `${PY}import os\n${pyCall(`os.environ.get("MODEL", "${opus}")`)}`,
  },
  {
    name: 'through a constant, by index, and or',
    want: { model: `${opus} env-default` },
    ts: `${TS}const M = process.env['MODEL'] ?? '${opus}';\n${tsCall('M')}`,
    py: `${PY}import os\nM = os.getenv("MODEL") or "${opus}"\n${pyCall('M')}`,
  },
  {
    name: 'from os import getenv, environ',
    want: { model: `${opus} env-default` },
    py: `${PY}from os import getenv, environ\nM = getenv("A", environ.get("B", "${opus}"))\n${pyCall('M')}`,
  },
  {
    name: 'a default of the environment in turn',
    want: { model: `${opus} env-default` },
    ts: TS + tsCall(`process.env.A ?? process.env.B ?? '${opus}'`),
    py: `${PY}import os\n${pyCall(`os.getenv("A") or os.getenv("B") or "${opus}"`)}`,
  },
  {
    name: 'destructured with a default',
    want: { model: `${opus} default` },
    ts: `${TS}const { MODEL = '${opus}' } = process.env;\n${tsCall('MODEL')}`,
    wantTs: { model: `${opus} env-default` },
  },
  {
    name: 'an option of argparse, with a dash and through a helper',
    want: { model: `${opus} default`, cap: '70 default' },
    py: `${PY}import argparse\ndef read():\n    parser = argparse.ArgumentParser()\n    group = parser.add_argument_group("model")\n    group.add_argument("-m", "--model", default="${opus}")\n    parser.add_argument("--max-tokens", type=int, default=70)\n    return parser.parse_args()\nargs = read()\n${pyCall('args.model', 'max_tokens=args.max_tokens, messages=[]')}`,
  },
  {
    name: 'an option of argparse without a default',
    want: { model: '? config' },
    py: `${PY}import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument("--model", required=True)\n${pyCall('parser.parse_args().model')}`,
  },
  {
    name: 'an option of Click',
    want: { model: `${opus} default` },
    py: `${PY}import click\n@click.command()\n@click.option("--model", "-m", default="${opus}")\ndef main(model):\n    ${pyCall('model')}`,
  },
  {
    name: 'an option of Typer',
    want: { model: `${opus} default` },
    py: `${PY}import typer\ndef main(model: str = typer.Option("${opus}", help="Which model")):\n    ${pyCall('model')}`,
  },
  {
    name: 'no default: from the configuration',
    want: { model: '? config' },
    ts: TS + tsCall('process.env.MODEL!'),
    py: `${PY}import os\n${pyCall('os.environ["MODEL"]')}`,
  },
  {
    name: 'os.getenv without a default',
    want: { model: '? config' },
    ts: `${TS}const m = process.env['MODEL'] as string;\n${tsCall('m')}`,
    py: `${PY}import os\nm = os.getenv("MODEL")\n${pyCall('m')}`,
  },
  {
    name: 'a number of the environment',
    want: { cap: '2048 env-default' },
    ts: TS + tsCall(`'${opus}'`, "max_tokens: Number(process.env.CAP ?? '2048'), messages: []"),
    py: `${PY}import os\n${pyCall(`"${opus}"`, 'max_tokens=int(os.getenv("CAP", "2048")), messages=[]')}`,
  },
  {
    name: 'parseInt with a radix',
    want: { cap: '2048 env-default' },
    ts: TS + tsCall(`'${opus}'`, "max_tokens: parseInt(process.env.CAP || '2048', 10), messages: []"),
  },
  {
    name: 'import.meta.env and Deno.env',
    want: { model: `${opus} env-default`, cap: '? config' },
    ts: TS + tsCall(`import.meta.env.MODEL ?? '${opus}'`, "max_tokens: Deno.env.get('CAP'), messages: []"),
  },
];

const classes: Row[] = [
  {
    name: 'a class attribute',
    want: { model: `${opus} constant` },
    ts: `${TS}class A { model = '${opus}'; run() { return ${tsCall('this.model')} } }`,
    py: `${PY}class A:\n    model = "${opus}"\n    def run(self):\n        return ${pyCall('self.model')}`,
  },
  {
    name: 'a static attribute',
    want: { model: `${opus} constant` },
    ts: `${TS}class A { static MODEL = '${opus}'; run() { return ${tsCall('A.MODEL')} } }`,
    py: `${PY}class A:\n    MODEL = "${opus}"\n    @classmethod\n    def run(cls):\n        return ${pyCall('cls.MODEL')}`,
  },
  {
    name: 'set by the constructor',
    want: { model: `${opus} constant` },
    ts: `${TS}class A { private model: string; constructor() { this.model = '${opus}'; } run() { return ${tsCall('this.model')} } }`,
    py: `${PY}class A:\n    def __init__(self):\n        self.model = "${opus}"\n    def run(self):\n        return ${pyCall('self.model')}`,
  },
  {
    name: 'a constructor parameter with a default',
    want: { model: `${opus} default` },
    ts: `${TS}class A { private model: string; constructor(model = '${opus}') { this.model = model; } run() { return ${tsCall('this.model')} } }`,
    py: `${PY}class A:\n    def __init__(self, model="${opus}"):\n        self.model = model\n    def run(self):\n        return ${pyCall('self.model')}`,
  },
  {
    name: 'a parameter property',
    want: { model: `${opus} default` },
    ts: `${TS}class A { constructor(private readonly model = '${opus}') {} run() { return ${tsCall('this.model')} } }`,
  },
  {
    name: 'a constructor argument at the one place that constructs it',
    want: { model: `${opus} constant` },
    ts: `${TS}class A { constructor(private model: string) {} run() { return ${tsCall('this.model')} } }\nnew A('${opus}').run();`,
    py: `${PY}class A:\n    def __init__(self, model):\n        self.model = model\n    def run(self):\n        return ${pyCall('self.model')}\nA("${opus}").run()`,
  },
  {
    name: 'options of a constructor, taken apart, with defaults',
    want: { model: `${opus} default`, cap: '50 default' },
    ts: `${TS}class A { model: string; cap: number; constructor({ model = '${opus}', cap = 50 }: { model?: string; cap?: number } = {}) { this.model = model; this.cap = cap; } run() { return ${tsCall('this.model', 'max_tokens: this.cap, messages: []')} } }`,
  },
  {
    name: 'options of a constructor with ?? and or',
    want: { model: `${opus} default` },
    ts: `${TS}class A { model: string; constructor(options: { model?: string } = {}) { this.model = options.model ?? '${opus}'; } run() { return ${tsCall('this.model')} } }`,
    py: `${PY}class A:\n    def __init__(self, model=None):\n        self.model = model or "${opus}"\n    def run(self):\n        return ${pyCall('self.model')}`,
  },
  {
    name: 'an attribute of an attribute',
    want: { model: `${opus} constant` },
    ts: `${TS}class A { config = { model: '${opus}' }; run() { return ${tsCall('this.config.model')} } }`,
    py: `${PY}class A:\n    def __init__(self):\n        self.config = {"model": "${opus}"}\n    def run(self):\n        return ${pyCall('self.config["model"]')}`,
  },
  {
    name: 'a getter',
    want: { model: `${opus} constant` },
    ts: `${TS}class A { get model() { return '${opus}'; } run() { return ${tsCall('this.model')} } }`,
    py: `${PY}class A:\n    @property\n    def model(self):\n        return "${opus}"\n    def run(self):\n        return ${pyCall('self.model')}`,
    wantTs: { model: `${opus} literal` },
    wantPy: { model: `${opus} literal` },
  },
  {
    name: 'the client in an attribute, the model in a base class of the file',
    want: { model: `${opus} constant`, provider: 'anthropic' },
    ts: `import Anthropic from '@anthropic-ai/sdk';\nclass Base { protected client = new Anthropic(); model = '${opus}'; }\nclass A extends Base { run() { return this.${tsCall('this.model')} } }`,
    py: `from anthropic import Anthropic\nclass Base:\n    model = "${opus}"\n    def __init__(self):\n        self.client = Anthropic()\nclass A(Base):\n    def run(self):\n        return self.${pyCall('self.model')}`,
  },
  {
    name: 'a class overrides what its base sets',
    want: { model: `${opus} constant` },
    ts: `${TS}class Base { model = 'x'; }\nclass A extends Base { model = '${opus}'; run() { return ${tsCall('this.model')} } }`,
    py: `${PY}class Base:\n    model = "x"\nclass A(Base):\n    model = "${opus}"\n    def run(self):\n        return ${pyCall('self.model')}`,
  },
  {
    name: 'super() gets the model',
    want: { model: `${opus} constant` },
    ts: `${TS}class Base { model: string; constructor(model: string) { this.model = model; } run() { return ${tsCall('this.model')} } }\nclass A extends Base { constructor() { super('${opus}'); } }\nnew A().run();`,
    py: `${PY}class Base:\n    def __init__(self, model):\n        self.model = model\n    def run(self):\n        return ${pyCall('self.model')}\nclass A(Base):\n    def __init__(self):\n        super().__init__("${opus}")\nA().run()`,
  },
  {
    name: 'a settings object of a dataclass or interface',
    want: { model: `${opus} constant`, cap: '64 constant' },
    ts: `${TS}class Settings { model = '${opus}'; cap = 64; }\nconst settings = new Settings();\n${tsCall('settings.model', 'max_tokens: settings.cap, messages: []')}`,
    py: `${PY}from dataclasses import dataclass\n@dataclass\nclass Settings:\n    model: str = "${opus}"\n    cap: int = 64\nsettings = Settings()\n${pyCall('settings.model', 'max_tokens=settings.cap, messages=[]')}`,
  },
  {
    name: 'a dataclass field given by keyword',
    want: { model: `${opus} constant`, cap: '64 constant' },
    py: `${PY}from dataclasses import dataclass\n@dataclass\nclass Settings:\n    model: str\n    cap: int = 64\nsettings = Settings(model="${opus}")\n${pyCall('settings.model', 'max_tokens=settings.cap, messages=[]')}`,
  },
  {
    name: 'a pydantic settings class with Field defaults',
    want: { model: `${opus} env-default`, cap: '64 env-default' },
    py: `${PY}from pydantic import Field\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    model: str = Field(default="${opus}", description="d")\n    cap: int = Field(64)\nsettings = Settings()\n${pyCall('settings.model', 'max_tokens=settings.cap, messages=[]')}`,
  },
  {
    name: 'self.settings typed by a class of the file',
    want: { model: `${opus} constant` },
    py: `${PY}class Settings:\n    model: str = "${opus}"\nclass A:\n    def __init__(self, settings: Settings):\n        self.settings = settings\n    def run(self):\n        return ${pyCall('self.settings.model')}`,
    ts: `${TS}class Settings { model = '${opus}'; }\nclass A { constructor(private settings: Settings) {} run() { return ${tsCall('this.settings.model')} } }`,
  },
  {
    name: 'the walls of an attribute set late',
    want: { model: '? dynamic' },
    ts: `${TS}class A { model?: string; set(m: string) { this.model = m; } run() { return ${tsCall('this.model!')} } }`,
    py: `${PY}class A:\n    def set(self, m):\n        self.model = m\n    def run(self):\n        return ${pyCall('self.model')}`,
  },
];

const functions: Row[] = [
  {
    name: 'a helper that returns the model',
    want: { model: `${opus} literal` },
    ts: `${TS}function pick() { return '${opus}'; }\n${tsCall('pick()')}`,
    py: `${PY}def pick():\n    return "${opus}"\n${pyCall('pick()')}`,
  },
  {
    name: 'a helper that chooses by an argument that the call gives',
    want: { model: 'claude-haiku-4-5 literal', alternatives: [] },
    ts: `${TS}const pick = (hard: boolean) => { if (hard) return '${opus}'; return 'claude-haiku-4-5'; };\n${tsCall('pick(false)')}`,
    py: `${PY}def pick(hard):\n    if hard:\n        return "${opus}"\n    return "claude-haiku-4-5"\n${pyCall('pick(False)')}`,
  },
  {
    name: 'a helper that chooses by an argument that is only known later',
    want: { model: `${opus} literal`, alternatives: ['claude-haiku-4-5 literal'] },
    ts: `${TS}const pick = (hard: boolean) => { if (hard) return '${opus}'; return 'claude-haiku-4-5'; };\nexport const f = (hard: boolean) => ${tsCall('pick(hard)')}`,
    py: `${PY}def pick(hard):\n    if hard:\n        return "${opus}"\n    return "claude-haiku-4-5"\ndef f(hard):\n    return ${pyCall('pick(hard)')}`,
  },
  {
    name: 'a helper with a default that the code never overrides may still be called otherwise',
    want: { model: `${opus} literal`, alternatives: ['claude-haiku-4-5 literal'] },
    ts: `${TS}const pick = (hard = true) => { if (hard) return '${opus}'; return 'claude-haiku-4-5'; };\n${tsCall('pick()')}`,
    py: `${PY}def pick(hard=True):\n    if hard:\n        return "${opus}"\n    return "claude-haiku-4-5"\n${pyCall('pick()')}`,
  },
  {
    name: 'a helper that returns its argument',
    want: { model: `${opus} constant` },
    ts: `${TS}const same = (m: string) => m;\n${tsCall(`same('${opus}')`)}`,
    py: `${PY}def same(m):\n    return m\n${pyCall(`same("${opus}")`)}`,
  },
  {
    name: 'a parameter with a default',
    want: { model: `${opus} default` },
    ts: `${TS}export async function ask(prompt: string, model = '${opus}') { return ${tsCall('model')} }`,
    py: `${PY}def ask(prompt, model="${opus}"):\n    return ${pyCall('model')}`,
  },
  {
    name: 'a keyword-only parameter, and a destructured one',
    want: { model: `${opus} default`, cap: '31 default' },
    ts: `${TS}export async function ask({ prompt, model = '${opus}', cap = 31 }: { prompt: string; model?: string; cap?: number }) { return ${tsCall('model', 'max_tokens: cap, messages: []')} }`,
    py: `${PY}async def ask(prompt, *, model: str = "${opus}", cap: int = 31):\n    return ${pyCall('model', 'max_tokens=cap, messages=[]')}`,
  },
  {
    name: 'a parameter that every caller gives the same',
    want: { model: `${opus} constant` },
    ts: `${TS}function ask(model: string) { return ${tsCall('model')} }\nask('${opus}');\nask('${opus}');`,
    py: `${PY}def ask(model):\n    return ${pyCall('model')}\nask("${opus}")\nask(model="${opus}")`,
  },
  {
    name: 'arguments that are handed to a thread with the function',
    want: { model: `${opus} constant`, cap: '9 constant' },
    py: `import asyncio\nfrom anthropic import Anthropic\ndef ask(client, model, cap=5):\n    return ${pyCall('model', 'max_tokens=cap, messages=[]')}\nasync def main(pool, loop):\n    await asyncio.to_thread(ask, Anthropic(), "${opus}", cap=9)\n`,
  },
  {
    name: 'callers that give different models',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    ts: `${TS}function ask(model: string) { return ${tsCall('model')} }\nask('${opus}');\nask('claude-haiku-4-5');`,
    py: `${PY}def ask(model):\n    return ${pyCall('model')}\nask("${opus}")\nask("claude-haiku-4-5")`,
  },
  {
    name: 'one caller that gives something unknown: unknown',
    want: { model: '? dynamic' },
    ts: `${TS}function ask(model: string) { return ${tsCall('model')} }\nask('${opus}');\nexport const g = (m: string) => ask(m);`,
    py: `${PY}def ask(model):\n    return ${pyCall('model')}\nask("${opus}")\ndef g(m):\n    ask(m)`,
  },
  {
    name: 'a parameter nobody gives',
    want: { model: '? dynamic', cap: '? dynamic' },
    ts: `${TS}export function ask(model: string, cap: number) { return ${tsCall('model', 'max_tokens: cap, messages: []')} }`,
    py: `${PY}def ask(model, cap):\n    return ${pyCall('model', 'max_tokens=cap, messages=[]')}`,
  },
  {
    name: 'a closure',
    want: { model: `${opus} constant` },
    ts: `${TS}function make(model: string) { return () => ${tsCall('model').replace(';\n', '')}; }\nconst ask = make('${opus}');\nask();`,
    py: `${PY}def make(model):\n    def ask():\n        return ${pyCall('model')}    return ask\nask = make("${opus}")\nask()`,
  },
  {
    name: 'None as default, replaced inside',
    want: { model: `${opus} default` },
    ts: `${TS}export function ask(model?: string) { model = model ?? '${opus}'; return ${tsCall('model')} }`,
    py: `${PY}def ask(model=None):\n    model = model or "${opus}"\n    return ${pyCall('model')}`,
  },
  {
    name: 'if None: replaced inside',
    want: { model: `${opus} constant` },
    py: `${PY}def ask(model=None):\n    if model is None:\n        model = "${opus}"\n    return ${pyCall('model')}`,
    ts: `${TS}export function ask(model?: string) { if (!model) { model = '${opus}'; } return ${tsCall('model')} }`,
  },
  {
    name: 'an async generator',
    want: { model: `${opus} default` },
    ts: `${TS}export async function* stream(model = '${opus}') { const s = ${tsCall('model')} for await (const x of await s) yield x; }`,
    py: `${PY}async def stream(model="${opus}"):\n    s = await ${pyCall('model')}    async for x in s:\n        yield x`,
  },
  {
    name: 'functools.partial of the call',
    want: { model: `${opus} literal`, cap: '9 literal' },
    py: `${PY}from functools import partial\nask = partial(client.messages.create, model="${opus}", max_tokens=9)\nask(messages=[])`,
  },
  {
    name: 'the call under another name',
    want: { model: `${opus} literal`, sdk: 'anthropic' },
    ts: `${TS}const create = client.messages.create.bind(client.messages);\ncreate({ model: '${opus}', max_tokens: 9, messages: [] });`,
    py: `${PY}create = client.messages.create\ncreate(model="${opus}", max_tokens=9, messages=[])`,
  },
  {
    name: 'a helper of the AI SDK that returns provider(id)',
    want: { model: 'gpt-5.4 literal', provider: 'openai' },
    ts: `import { generateText } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nfunction getModel() { return openai('gpt-5.4'); }\ngenerateText({ model: getModel(), prompt: 'x' });`,
  },
  {
    name: 'a helper that gives its argument to the provider',
    want: { model: 'gpt-5.4 constant', provider: 'openai' },
    ts: `import { generateText } from 'ai';\nimport { createOpenAI } from '@ai-sdk/openai';\nconst openai = createOpenAI({});\nconst getModel = (id: string) => openai(id);\ngenerateText({ model: getModel('gpt-5.4'), prompt: 'x' });`,
  },
  {
    name: 'a factory that returns the client',
    want: { model: `${opus} literal`, provider: 'anthropic' },
    ts: `import Anthropic from '@anthropic-ai/sdk';\nlet cached: Anthropic | undefined;\nfunction getClient() { if (!cached) cached = new Anthropic(); return cached; }\nexport const f = () => getClient().messages.create({ model: '${opus}', max_tokens: 9, messages: [] });`,
    py: `import anthropic\n_client = None\ndef get_client():\n    global _client\n    if _client is None:\n        _client = anthropic.Anthropic()\n    return _client\ndef f():\n    return get_client().${pyCall(`"${opus}"`).slice(7)}`,
  },
];

table([...constants, ...branches, ...environment, ...classes, ...functions]);
