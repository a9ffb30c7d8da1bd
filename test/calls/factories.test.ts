/** Clients that a factory makes from a table of classes, and calls that several plain functions hand down: model, cap and loop of the one place that starts them. */
import { type Row, table } from '../analyze/workspace.ts';

const settings = `from enum import Enum
class Name(str, Enum):
    CLAUDE = "claude"
    OTHER = "other"
class Settings:
    def __init__(self, provider: Name = Name.CLAUDE):
        self.provider = provider
        self.model = "claude-opus-4-8"
`;
const claude = `import anthropic
class Claude:
    def __init__(self, settings):
        self.client = anthropic.AsyncAnthropic()
    async def chat(self, messages, model, cap=None):
        async def send():
            return await self.client.messages.create(model=model, max_tokens=cap or 4096, messages=messages)
        return await send()
`;
const other = `class Other:
    def __init__(self, settings): ...
    async def chat(self, messages, model, cap=None): ...
`;
const init = (lookup: string) => `from llm.claude import Claude
from llm.other import Other
from settings import Name
CLASSES = {Name.OTHER: Other, Name.CLAUDE: Claude}
def make(settings):
    cls = ${lookup}
    return cls(settings)
`;
const agent = (from: string) => `from ${from} import make
from settings import Settings
class Agent:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.llm = make(settings)
        self.history = []
    async def ask(self, task):
        return await self.llm.chat([{"role": "user", "content": task}, *self.history], model=self.settings.model, cap=77)
    async def step(self, task):
        answer = await self.ask(task)
        self.history.append({"role": "assistant", "content": answer})
        return answer
async def run(agent: Agent, task):
    for _ in range(25):
        if await agent.step(task) == "done":
            break
`;
const files = (lookup: string, from = 'llm') => ({
  'settings.py': settings,
  'llm/claude.py': claude,
  'llm/other.py': other,
  'llm/__init__.py': init(lookup),
  'agent.py': agent(from),
});
const found = { model: 'claude-opus-4-8 import', cap: '77 import', loops: ['caller 25 grows'] };

const rows: Row[] = [
  { name: 'a class from a table by the member of an enum', want: found, py: files('CLASSES[settings.provider]') },
  { name: 'a class from a table by `get`', want: found, py: files('CLASSES.get(settings.provider)') },
  {
    name: 'a setting whose default picks another class of the table',
    want: found,
    py: { ...files('CLASSES[settings.provider]'), 'settings.py': settings.replace('= Name.CLAUDE', '= Name.OTHER') },
  },
  {
    name: 'a class that is named outright is no other one',
    want: { model: '? dynamic', loops: [] },
    py: files('CLASSES[Name.OTHER]'),
  },
  {
    name: 'an object that nothing is known of may be of another class',
    want: { model: '? dynamic', loops: [] },
    py: files('find(settings)'),
  },
  {
    name: 'a function that a package hands on',
    want: { model: 'claude-opus-4-8 import', loops: ['batch ?'] },
    py: {
      'llm/calls.py': `import anthropic
client = anthropic.Anthropic()
def ask(question, model):
    return client.messages.create(model=model, max_tokens=9, messages=[{"role": "user", "content": question}])
`,
      'llm/__init__.py': 'from .calls import ask\n',
      'main.py': `from llm import ask
def run(questions):
    for q in questions:
        print(ask(q, model="claude-opus-4-8"))
`,
    },
  },
  {
    name: 'the loop of the only caller, far up',
    want: { loops: ['batch ?'] },
    py: `import anthropic
client = anthropic.Anthropic()
def send(q): return client.messages.create(model="claude-opus-4-8", max_tokens=9, messages=[{"role": "user", "content": q}])
def ask(q): return send(q)
def answer(q): return ask(q)
def work(q): return answer(q)
def main(questions):
    for q in questions: work(q)
`,
  },
  {
    name: 'the loop of one of several callers, far up, is not that of the call',
    want: { loops: [] },
    py: `import anthropic
client = anthropic.Anthropic()
def send(q): return client.messages.create(model="claude-opus-4-8", max_tokens=9, messages=[{"role": "user", "content": q}])
def ask(q): return send(q)
def answer(q): return ask(q)
def main(questions):
    for q in questions: answer(q)
def one(q): return answer(q)
`,
  },
];

table(rows);
