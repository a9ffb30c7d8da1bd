/** Prompt text as the code builds it, and how often what fills its holes changes. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const tsCall = (system: string) => `client.messages.create({ model: '${opus}', max_tokens: 9, system: ${system}, messages: [] });\n`;
const pyCall = (system: string) => `client.messages.create(model="${opus}", max_tokens=9, system=${system}, messages=[])\n`;

const built: Row[] = [
  {
    name: 'a template of constants is text',
    want: { system: ['"You are"', '"Ann"', '", hello"'] },
    ts: `${TS}const N = 'Ann';\n${tsCall('`You are ${N}, hello`')}`,
    py: `${PY}N = "Ann"\n${pyCall('f"You are {N}, hello"')}`,
  },
  {
    name: 'a hole for a parameter',
    want: { system: ['"You are"', '<input per-call>', '"."'] },
    ts: `${TS}export const f = (n: string) => ${tsCall('`You are ${n}.`')}`,
    py: `${PY}def f(n):\n    return ${pyCall('f"You are {n}."')}`,
  },
  {
    name: 'concatenation',
    want: { system: ['"One"', '"Two"', '<input per-call>'] },
    ts: `${TS}const A = 'One ';\nexport const f = (n: string) => ${tsCall("A + 'Two ' + n")}`,
    py: `${PY}A = "One "\ndef f(n):\n    return ${pyCall('A + "Two " + n')}`,
  },
  {
    name: '+= one after the other',
    want: { system: ['"One"', '"Two"'] },
    ts: `${TS}export function f() { let s = 'One '; s += 'Two'; return ${tsCall('s')} }`,
    py: `${PY}def f():\n    s = "One "\n    s += "Two"\n    return ${pyCall('s')}`,
  },
  {
    name: '+= of something unknown',
    want: { system: ['"One"', '<input per-call>'] },
    ts: `${TS}export function f(n: string) { let s = 'One '; s += n; return ${tsCall('s')} }`,
    py: `${PY}def f(n):\n    s = "One "\n    s += n\n    return ${pyCall('s')}`,
  },
  {
    name: 's = s + …',
    want: { system: ['"One"', '"Two"'] },
    ts: `${TS}export function f() { let s = 'One '; s = s + 'Two'; return ${tsCall('s')} }`,
    py: `${PY}def f():\n    s = "One "\n    s = s + "Two"\n    return ${pyCall('s')}`,
  },
  {
    name: 'joined lines',
    want: { system: ['"One"', '"Two"'] },
    ts: TS + tsCall("['One', 'Two'].join('\\n')"),
    py: PY + pyCall('"\\n".join(["One", "Two"])'),
    wantTs: { system: ['"One"', '""', '"Two"'] },
    wantPy: { system: ['"One"', '""', '"Two"'] },
  },
  {
    name: 'format by position and name',
    want: { system: ['"A"', '"b"', '"c"', '<input per-call>', '"{x}"'] },
    py: `${PY}T = "A {} c{name}{{x}}"\ndef f(n):\n    return ${pyCall('T.format("b", name=n)')}`,
  },
  { name: 'the percent operator', want: { system: ['"A"', '"b"', '"c"'] }, py: PY + pyCall('"A %s c" % "b"') },
  {
    name: 'string.Template',
    want: { system: ['"A"', '<input per-call>', '"c"'] },
    py: `${PY}from string import Template\nT = Template("A $n c")\ndef f(n):\n    return ${pyCall('T.substitute(n=n)')}`,
  },
  {
    name: 'replace of a placeholder',
    want: { system: ['"A"', '<input per-call>', '"c"'] },
    ts: `${TS}const T = 'A {{n}} c';\nexport const f = (n: string) => ${tsCall("T.replace('{{n}}', n)")}`,
    py: `${PY}T = "A {{n}} c"\ndef f(n):\n    return ${pyCall('T.replace("{{n}}", n)')}`,
  },
  {
    name: 'dedent, strip and trim',
    want: { system: ['"One Two"'] },
    ts: `${TS}import dedent from 'dedent';\n${tsCall('dedent`One Two`.trim()')}`,
    py: `${PY}from textwrap import dedent\nimport inspect\n${pyCall('inspect.cleandoc(dedent("""\n  One\n  Two""").strip())')}`,
  },
  {
    name: 'a conditional text: the longer one',
    want: { system: ['"A much longer text."'] },
    ts: `${TS}export const f = (x: boolean) => ${tsCall("x ? 'Short.' : 'A much longer text.'")}`,
    py: `${PY}def f(x):\n    return ${pyCall('"Short." if x else "A much longer text."')}`,
  },
  {
    name: 'an optional part',
    want: { system: ['"Base."', '"More."'] },
    ts: `${TS}export const f = (x: boolean) => ${tsCall("`Base. ${x ? 'More.' : ''}`")}`,
    py: `${PY}def f(x):\n    return ${pyCall("f\"Base. {'More.' if x else ''}\"")}`,
  },
  {
    name: 'a helper that builds the prompt',
    want: { system: ['"You are"', '<input per-call>'] },
    ts: `${TS}const build = (n: string) => \`You are \${n}\`;\nexport const f = (n: string) => ${tsCall('build(n)')}`,
    py: `${PY}def build(n):\n    return f"You are {n}"\ndef f(n):\n    return ${pyCall('build(n)')}`,
  },
  {
    name: 'a helper with constant arguments',
    want: { system: ['"You are"', '"Ann"'] },
    ts: `${TS}const build = (n: string) => \`You are \${n}\`;\n${tsCall("build('Ann')")}`,
    py: `${PY}def build(n):\n    return f"You are {n}"\n${pyCall('build("Ann")')}`,
  },
  {
    name: 'a list of blocks',
    want: { system: ['"One"!', '"Two"'] },
    ts: TS + tsCall("[{ type: 'text', text: 'One', cache_control: { type: 'ephemeral' } }, { type: 'text', text: 'Two' }]"),
    py: PY + pyCall('[{"type": "text", "text": "One", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "Two"}]'),
  },
  {
    name: 'a prompt from another file',
    want: { system: ['"You help."'] },
    ts: { 'src/main.ts': `import { SYSTEM } from './prompts';\n${TS}${tsCall('SYSTEM')}`, 'src/prompts.ts': 'export const SYSTEM = `You help.`;' },
    py: { 'app/main.py': `from prompts import SYSTEM\n${PY}${pyCall('SYSTEM')}`, 'app/prompts.py': 'SYSTEM = """You help."""\n' },
  },
  {
    name: 'a parameter whose callers agree',
    want: { system: ['"You help."'] },
    ts: `${TS}function ask(s: string) { return ${tsCall('s')} }\nask('You help.');`,
    py: `${PY}def ask(s):\n    return ${pyCall('s')}\nask("You help.")`,
  },
  {
    name: 'a number in a template is text',
    want: { system: ['"At most"', '"3"', '"words"'] },
    ts: `${TS}const N = 3;\n${tsCall('`At most ${N} words`')}`,
    py: `${PY}N = 3\n${pyCall('f"At most {N} words"')}`,
  },
];

const files: Row[] = [
  {
    name: 'a file beside the code',
    want: { system: ['"From a file."'] },
    ts: {
      'src/main.ts': `import { readFileSync } from 'node:fs';\nimport { join } from 'node:path';\n${TS}const S = readFileSync(join(__dirname, 'prompt.md'), 'utf8');\n${tsCall('S')}`,
      'src/prompt.md': 'From a file.',
    },
    py: {
      'app/main.py': `from pathlib import Path\n${PY}S = Path(__file__).parent.joinpath("prompt.md").read_text()\n${pyCall('S')}`,
      'app/prompt.md': 'From a file.',
    },
  },
  {
    name: 'by the URL of the module, and with open',
    want: { system: ['"From a file."'] },
    ts: {
      'src/main.ts': `import fs from 'fs';\n${TS}const S = fs.readFileSync(new URL('../prompts/a.md', import.meta.url), 'utf8').trim();\n${tsCall('S')}`,
      'prompts/a.md': 'From a file.',
    },
    py: {
      'app/main.py': `import os\n${PY}S = open(os.path.join(os.path.dirname(__file__), "..", "prompts", "a.md")).read().strip()\n${pyCall('S')}`,
      'prompts/a.md': 'From a file.',
    },
  },
  {
    name: 'with open(…) as f, and an awaited readFile',
    want: { system: ['"From a file."'] },
    ts: {
      'src/main.ts': `import { readFile } from 'fs/promises';\nimport path from 'path';\n${TS}const S = await readFile(path.join(process.cwd(), 'prompts', 'a.md'), 'utf-8');\n${tsCall('S')}`,
      'prompts/a.md': 'From a file.',
    },
    py: { 'app/main.py': `${PY}with open("prompts/a.md", encoding="utf-8") as f:\n    S = f.read()\n${pyCall('S')}`, 'prompts/a.md': 'From a file.' },
  },
  {
    name: 'a helper that loads a prompt by name',
    want: { system: ['"From a file."'] },
    ts: {
      'src/main.ts': `import { readFileSync } from 'node:fs';\nimport { join } from 'node:path';\n${TS}const load = (name: string) => readFileSync(join(__dirname, 'prompts', \`\${name}.md\`), 'utf8');\n${tsCall("load('a')")}`,
      'src/prompts/a.md': 'From a file.',
    },
    py: {
      'app/main.py': `from pathlib import Path\n${PY}PROMPTS = Path(__file__).resolve().parent / "prompts"\ndef load(name):\n    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8")\n${pyCall('load("a")')}`,
      'app/prompts/a.md': 'From a file.',
    },
  },
  {
    name: 'a file that is not there is retrieved at run time',
    want: { system: ['<retrieval per-run>'] },
    ts: { 'src/main.ts': `import { readFileSync } from 'node:fs';\n${TS}const S = readFileSync('nowhere.md', 'utf8');\n${tsCall('S')}` },
    py: { 'app/main.py': `${PY}S = open("nowhere.md").read()\n${pyCall('S')}` },
  },
  {
    name: 'a file outside the workspace is not read',
    want: { system: ['<retrieval per-run>'] },
    ts: { 'src/main.ts': `import { readFileSync } from 'node:fs';\n${TS}const S = readFileSync('../../etc/passwd', 'utf8');\n${tsCall('S')}` },
  },
];

const now = (expr: string, py: string, extra = '') => ({ ts: `${TS}${extra}export function f() { return ${tsCall(`\`Today: \${${expr}}\``)} }`, py });
const pyNow = (imports: string, expr: string) => `${PY}${imports}\ndef f():\n    return ${pyCall(`f"Today: {${expr}}"`)}`;
const hole = (what: string) => ({ system: ['"Today:"', `<${what}>`] });

const clocks: Row[] = [
  {
    name: 'the time in a function changes on every call',
    want: hole('clock per-call'),
    ...now('new Date().toISOString()', pyNow('from datetime import datetime', 'datetime.now()')),
  },
  { name: 'the time of other clocks', want: hole('clock per-call'), ...now('Date.now()', pyNow('import time', 'time.time()')) },
  { name: 'import datetime', want: hole('clock per-call'), py: pyNow('import datetime', 'datetime.datetime.now(datetime.timezone.utc).isoformat()') },
  { name: 'import datetime as dt', want: hole('clock per-call'), py: pyNow('import datetime as dt', 'dt.datetime.utcnow()') },
  {
    name: 'only the date',
    want: hole('clock per-day'),
    ...now("new Date().toISOString().split('T')[0]", pyNow('from datetime import date', 'date.today()')),
  },
  {
    name: 'the date by a format',
    want: hole('clock per-day'),
    ...now('new Date().toLocaleDateString()', pyNow('from datetime import datetime', "datetime.now().strftime('%Y-%m-%d')")),
  },
  { name: 'the date in an f-string format', want: hole('clock per-day'), py: pyNow('from datetime import datetime', 'datetime.now():%Y-%m-%d') },
  {
    name: 'the date as text, with the weekday',
    want: hole('clock per-day'),
    ...now('new Date().toDateString()', pyNow('from datetime import datetime', "datetime.now().strftime('%A, %B %d, %Y')")),
  },
  {
    name: 'the date of a datetime',
    want: hole('clock per-day'),
    ...now('new Date().toISOString().slice(0, 10)', pyNow('from datetime import datetime', 'datetime.now().date().isoformat()')),
  },
  {
    name: 'a longer slice keeps the time',
    want: hole('clock per-call'),
    ...now('new Date().toISOString().slice(0, 16)', pyNow('from datetime import datetime', "datetime.now().strftime('%Y-%m-%d %H:%M')")),
  },
  {
    name: 'the first part of the ISO text',
    want: hole('clock per-day'),
    ...now('new Date().toJSON().substring(0, 10)', pyNow('from datetime import datetime', "datetime.now().isoformat().split('T')[0]")),
  },
  {
    name: 'the time of the ISO text',
    want: hole('clock per-call'),
    ...now("new Date().toISOString().split('T')[1]", pyNow('from datetime import datetime', 'datetime.now().time()')),
  },
  {
    name: 'toLocaleDateString with the time in its options',
    want: hole('clock per-call'),
    ...now("new Date().toLocaleDateString('en', { hour: 'numeric', minute: '2-digit' })", pyNow('import time', "time.strftime('%H:%M')")),
  },
  { name: 'toLocaleString', want: hole('clock per-call'), ...now('new Date().toLocaleString()', pyNow('import time', 'time.ctime()')) },
  {
    name: 'toLocaleString with only the date in its options',
    want: hole('clock per-day'),
    ...now(
      "new Date().toLocaleString('en-US', { year: 'numeric', month: 'long', day: 'numeric' })",
      pyNow('import time', "time.strftime('%Y-%m-%d')"),
    ),
  },
  {
    name: 'Intl.DateTimeFormat',
    want: hole('clock per-day'),
    ...now("new Intl.DateTimeFormat('en').format(new Date())", pyNow('import datetime', 'datetime.date.today().strftime("%B %Y")')),
  },
  {
    name: 'date-fns',
    want: hole('clock per-day'),
    ts: `import { format } from 'date-fns';\n${TS}export function f() { return ${tsCall("`Today: ${format(new Date(), 'yyyy-MM-dd')}`")} }`,
    py: pyNow('import pendulum', 'pendulum.now().to_date_string()'),
  },
  {
    name: 'date-fns with the time',
    want: hole('clock per-call'),
    ts: `import { format } from 'date-fns';\n${TS}export function f() { return ${tsCall("`Today: ${format(new Date(), 'yyyy-MM-dd HH:mm')}`")} }`,
    py: pyNow('import arrow', 'arrow.utcnow()'),
  },
  {
    name: 'dayjs',
    want: hole('clock per-day'),
    ts: `import dayjs from 'dayjs';\n${TS}export function f() { return ${tsCall("`Today: ${dayjs().format('YYYY-MM-DD')}`")} }`,
  },
  {
    name: 'a fixed date',
    want: hole('input per-call'),
    ts: `${TS}export function f() { return ${tsCall("`Today: ${new Date('2024-01-01').toISOString()}`")} }`,
    py: pyNow('from datetime import datetime', 'datetime(2024, 1, 1).isoformat()'),
  },
  {
    name: 'a variable for the time',
    want: hole('clock per-call'),
    ts: `${TS}export function f() { const now = new Date(); const s = now.toISOString(); return ${tsCall('`Today: ${s}`')} }`,
    py: `${PY}from datetime import datetime\ndef f():\n    now = datetime.now()\n    s = now.isoformat()\n    return ${pyCall('f"Today: {s}"')}`,
  },
  {
    name: 'a helper that gives the date',
    want: hole('clock per-day'),
    ts: `${TS}function getToday() { return new Date().toISOString().split('T')[0]; }\nexport function f() { return ${tsCall('`Today: ${getToday()}`')} }`,
    py: `${PY}from datetime import datetime\ndef get_today_str():\n    return datetime.now().strftime("%Y-%m-%d")\ndef f():\n    return ${pyCall('f"Today: {get_today_str()}"')}`,
  },
  {
    name: 'a helper of another file that gives the time',
    want: hole('clock per-call'),
    ts: {
      'src/main.ts': `import { now } from './time';\n${TS}export function f() { return ${tsCall('`Today: ${now()}`')} }`,
      'src/time.ts': 'export const now = () => new Date().toISOString();',
    },
    py: {
      'app/main.py': `from clock import now\n${PY}def f():\n    return ${pyCall('f"Today: {now()}"')}`,
      'app/clock.py': 'from datetime import datetime\ndef now():\n    return datetime.now().isoformat()\n',
    },
  },
  {
    name: 'in a module constant it is fixed for the process',
    want: hole('clock per-process'),
    ts: `${TS}const S = \`Today: \${new Date().toISOString()}\`;\nexport function f() { return ${tsCall('S')} }`,
    py: `${PY}from datetime import datetime\nS = f"Today: {datetime.now()}"\ndef f():\n    return ${pyCall('S')}`,
  },
  {
    name: 'in a constant of another file it is fixed for the process',
    want: hole('clock per-process'),
    ts: {
      'src/main.ts': `import { S } from './prompts';\n${TS}export function f() { return ${tsCall('S')} }`,
      'src/prompts.ts': 'export const S = `Today: ${new Date().toISOString()}`;',
    },
    py: {
      'app/main.py': `from prompts import S\n${PY}def f():\n    return ${pyCall('S')}`,
      'app/prompts.py': 'from datetime import datetime\nS = f"Today: {datetime.now():%c}"\n',
    },
  },
  {
    name: 'in a class attribute it is fixed for the process, in a constructor per run',
    want: hole('clock per-run'),
    ts: `${TS}class A { private s: string; constructor() { this.s = \`Today: \${new Date()}\`; } run() { return ${tsCall('this.s')} } }`,
    py: `${PY}from datetime import datetime\nclass A:\n    def __init__(self):\n        self.s = f"Today: {datetime.now()}"\n    def run(self):\n        return ${pyCall('self.s')}`,
  },
  {
    name: 'read before the loop: per run',
    want: hole('clock per-run'),
    ts: `${TS}export async function f(xs: string[]) { const s = \`Today: \${new Date().toISOString()}\`; for (const x of xs) { await ${tsCall('s')} } }`,
    py: `${PY}from datetime import datetime\ndef f(xs):\n    s = f"Today: {datetime.now()}"\n    for x in xs:\n        ${pyCall('s')}`,
  },
  {
    name: 'read in the loop: per call',
    want: hole('clock per-call'),
    ts: `${TS}export async function f(xs: string[]) { for (const x of xs) { const s = \`Today: \${new Date().toISOString()}\`; await ${tsCall('s')} } }`,
    py: `${PY}from datetime import datetime\ndef f(xs):\n    for x in xs:\n        s = f"Today: {datetime.now()}"\n        ${pyCall('s')}`,
  },
  {
    name: 'a helper called before the loop: per run',
    want: hole('clock per-run'),
    ts: `${TS}const now = () => new Date().toISOString();\nexport async function f(xs: string[]) { const s = \`Today: \${now()}\`; for (const x of xs) { await ${tsCall('s')} } }`,
    py: `${PY}from datetime import datetime\ndef now():\n    return datetime.now()\ndef f(xs):\n    s = f"Today: {now()}"\n    for x in xs:\n        ${pyCall('s')}`,
  },
  {
    name: 'a helper called in the loop: per call',
    want: hole('clock per-call'),
    ts: `${TS}const now = () => new Date().toISOString();\nexport async function f(xs: string[]) { for (const x of xs) { await ${tsCall('`Today: ${now()}`')} } }`,
    py: `${PY}from datetime import datetime\ndef now():\n    return datetime.now()\ndef f(xs):\n    for x in xs:\n        ${pyCall('f"Today: {now()}"')}`,
  },
  {
    name: 'a parameter, before the loop: per run',
    want: hole('input per-run'),
    ts: `${TS}export async function f(u: string, xs: string[]) { for (const x of xs) { await ${tsCall('`Today: ${u}`')} } }`,
    py: `${PY}def f(u, xs):\n    for x in xs:\n        ${pyCall('f"Today: {u}"')}`,
  },
  {
    name: 'a loop variable',
    want: hole('loop per-call'),
    ts: `${TS}export async function f(xs: string[]) { for (const x of xs) { await ${tsCall('`Today: ${x}`')} } }`,
    py: `${PY}def f(xs):\n    for x in xs:\n        ${pyCall('f"Today: {x}"')}`,
  },
];

const others: Row[] = [
  {
    name: 'uuid',
    want: hole('random per-call'),
    ts: `import { v4 as uuid } from 'uuid';\n${TS}export function f() { return ${tsCall('`Today: ${uuid()}`')} }`,
    py: pyNow('import uuid', 'uuid.uuid4()'),
  },
  { name: 'random', want: hole('random per-call'), ...now('Math.random()', pyNow('import random', 'random.choice([1, 2])')) },
  { name: 'crypto', want: hole('random per-call'), ...now('crypto.randomUUID()', pyNow('from uuid import uuid4', 'str(uuid4())[:8]')) },
  { name: 'the working folder', want: hole('environment per-process'), ...now('process.cwd()', pyNow('import os', 'os.getcwd()')) },
  {
    name: 'the platform',
    want: hole('environment per-process'),
    ts: `import os from 'node:os';\n${TS}export function f() { return ${tsCall('`Today: ${os.platform()}`')} }`,
    py: pyNow('import platform', 'platform.system()'),
  },
  { name: 'an environment variable', want: hole('environment per-process'), ...now('process.env.TEAM', pyNow('import os', 'os.environ["TEAM"]')) },
  {
    name: 'what a function of the user gives is input',
    want: hole('input per-call'),
    ts: `import { load } from 'somewhere';\n${TS}export function f() { return ${tsCall('`Today: ${load()}`')} }`,
    py: pyNow('from somewhere import load', 'load()'),
  },
  {
    name: 'documents are retrieval',
    want: hole('retrieval per-call'),
    ts: `import { store } from 'somewhere';\n${TS}export async function f(q: string) { const docs = await store.search(q); return ${tsCall('`Today: ${docs}`')} }`,
    py: `${PY}from somewhere import store\ndef f(q):\n    docs = store.search(q)\n    return ${pyCall('f"Today: {docs}"')}`,
  },
  {
    name: 'an unsorted dict as JSON does not change by itself',
    want: { system: ['"{"b":1,"a":2}"'] },
    ts: `${TS}const o = { b: 1, a: 2 };\n${tsCall('JSON.stringify(o)')}`,
    py: `${PY}import json\no = {"b": 1, "a": 2}\n${pyCall('json.dumps(o)')}`,
  },
];

/** A LangChain prompt in front of a model. */
const pyPrompt = (prompt: string) =>
  `from langchain_core.prompts import ChatPromptTemplate, PromptTemplate\nfrom langchain_openai import ChatOpenAI\n(${prompt} | ChatOpenAI(model="gpt-5.4")).invoke({"name": "x"})\n`;
const tsPrompt = (prompt: string) =>
  `import { ChatPromptTemplate, PromptTemplate } from '@langchain/core/prompts';\nimport { ChatOpenAI } from '@langchain/openai';\nawait ${prompt}.pipe(new ChatOpenAI({ model: 'gpt-5.4' })).invoke({ name: 'x' });`;

const templates: Row[] = [
  {
    name: 'doubled braces of a LangChain template are text',
    want: { system: ['"Answer as {"a": 1}."'], user: ['"Hi"', '<input per-call>', '"{"name":"x"}"'] },
    py: pyPrompt(`ChatPromptTemplate.from_messages([("system", 'Answer as {{"a": 1}}.'), ("human", "Hi {name}")])`),
    ts: tsPrompt(`ChatPromptTemplate.fromMessages([['system', 'Answer as {{"a": 1}}.'], ['human', 'Hi {name}']])`),
  },
  {
    name: 'a template of another format has holes in doubled braces',
    want: { system: ['"You help"', '<input per-call>', '"."'] },
    py: pyPrompt(`ChatPromptTemplate.from_messages([("system", "You help {{name}}.")], template_format="mustache")`),
  },
  {
    name: 'a name in doubled braces is text',
    want: { system: ['"Write {name} as it is."'] },
    py: pyPrompt(`ChatPromptTemplate.from_messages([("system", "Write {{name}} as it is.")])`),
    ts: tsPrompt(`ChatPromptTemplate.fromMessages([['system', 'Write {{name}} as it is.']])`),
  },
  {
    name: 'a list of two texts is no pair of role and text',
    want: { user: ['"First part."', '"Second part."'] },
    ts: `import { GoogleGenAI } from '@google/genai';\nawait new GoogleGenAI({}).models.generateContent({ model: 'gemini-3-pro', contents: ['First part.', 'Second part.'] });`,
    py: `from google import genai\ngenai.Client().models.generate_content(model="gemini-3-pro", contents=["First part.", "Second part."])\n`,
  },
];

table([...built, ...files, ...clocks, ...others, ...templates]);
