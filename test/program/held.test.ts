/** Models and clients that other objects hold: attributes, settings, tuples, partials, dicts that are put together. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';

const held: Row[] = [
  {
    name: 'the client of an object that the constructor is given',
    want: { model: `${opus} constant` },
    ts: `import Anthropic from '@anthropic-ai/sdk';
class Agent { client = new Anthropic(); model = '${opus}'; }
class Loop {
  private agent: Agent;
  constructor(agent: Agent) { this.agent = agent; }
  run() { return this.agent.client.messages.create({ model: this.agent.model, max_tokens: 9, messages: [] }); }
}
new Loop(new Agent()).run();`,
    py: `import anthropic
class Agent:
    def __init__(self):
        self.client = anthropic.Anthropic()
        self.model = "${opus}"
class Loop:
    def __init__(self, agent):
        self.agent = agent
    def run(self):
        return self.agent.client.messages.create(model=self.agent.model, max_tokens=9, messages=[])
Loop(Agent()).run()`,
  },
  {
    name: 'a class that is only named in quotes',
    want: { model: `${opus} constant` },
    py: `import anthropic
class Loop:
    def __init__(self, agent: "Agent"):
        self.agent = agent
    def run(self):
        return self.agent.client.messages.create(model=self.agent.model, max_tokens=9, messages=[])
class Agent:
    model: str = "${opus}"
    def __init__(self):
        self.client = anthropic.Anthropic()
`,
  },
  {
    name: 'an optional class in quotes',
    want: { model: `${opus} constant` },
    py: `import anthropic
from typing import Optional
class Loop:
    def __init__(self, agent: Optional["Agent"] = None):
        self.agent = agent
    def run(self):
        return self.agent.client.messages.create(model=self.agent.model, max_tokens=9, messages=[])
class Agent:
    model: str = "${opus}"
    def __init__(self):
        self.client = anthropic.Anthropic()
`,
  },
  {
    name: 'a whole annotation in quotes',
    want: { model: `${opus} constant` },
    py: `import anthropic
class Loop:
    def __init__(self, agent: "Agent | None" = None):
        self.agent = agent
    def run(self):
        return self.agent.client.messages.create(model=self.agent.model, max_tokens=9, messages=[])
class Agent:
    model: str = "${opus}"
    def __init__(self):
        self.client = anthropic.Anthropic()
`,
  },
  {
    name: 'a settings object with defaults',
    want: { model: `${opus} default` },
    py: `import anthropic
from dataclasses import dataclass, field
from pydantic import BaseModel, Field
@dataclass
class Models:
    main: str = field(default="${opus}")
class Config(BaseModel):
    models: Models = Field(default_factory=Models)
class Agent:
    def __init__(self, config: Config):
        self.config = config
        self.client = anthropic.Anthropic()
    def run(self):
        return self.client.messages.create(model=self.config.models.main, max_tokens=9, messages=[])
`,
  },
  {
    name: 'a config that falls back to its defaults',
    want: { model: `${opus} default` },
    ts: `import Anthropic from '@anthropic-ai/sdk';
const DEFAULTS = { model: '${opus}' };
class Agent {
  #client: Anthropic; #config;
  constructor(config: Partial<typeof DEFAULTS> = {}) { this.#client = new Anthropic(); this.#config = { ...DEFAULTS, ...config }; }
  run() { return this.#client.messages.create({ model: this.#config.model, max_tokens: 9, messages: [] }); }
}
new Agent().run();`,
  },
  {
    name: 'constructor parameter properties',
    want: { model: `${opus} default` },
    ts: `import Anthropic from '@anthropic-ai/sdk';
class Agent {
  constructor(private readonly client: Anthropic, private readonly model = '${opus}') {}
  run() { return this.client.messages.create({ model: this.model, max_tokens: 9, messages: [] }); }
}
new Agent(new Anthropic()).run();`,
  },
  {
    name: 'a getter',
    want: { model: `${opus} constant` },
    ts: `${TS}class A { get model() { return '${opus}'; } run() { return client.messages.create({ model: this.model, max_tokens: 9, messages: [] }); } }`,
    py: `${PY}class A:
    @property
    def model(self) -> str:
        return "${opus}"
    def run(self):
        return client.messages.create(model=self.model, max_tokens=9, messages=[])
`,
    wantTs: { model: `${opus} literal` },
    wantPy: { model: `${opus} literal` },
  },
  {
    name: 'an attribute set with setattr and read with getattr',
    want: { model: `${opus} constant` },
    py: `${PY}class Settings:
    model = "${opus}"
client.messages.create(model=getattr(Settings(), "model"), max_tokens=9, messages=[])
`,
  },
  {
    name: 'getattr with a default',
    want: { model: `${opus} default` },
    py: `${PY}def run(config):
    return client.messages.create(model=getattr(config, "model", "${opus}"), max_tokens=9, messages=[])
`,
  },
];

const results: Row[] = [
  {
    name: 'a tuple that a function returns',
    want: { model: `${opus} constant`, system: ['"You help."'] },
    ts: `${TS}const pick = () => ['${opus}', 'You help.'] as const;\nconst [model, system] = pick();\nclient.messages.create({ model, system, max_tokens: 9, messages: [] });`,
    py: `${PY}def pick():\n    return "${opus}", "You help."\nmodel, system = pick()\nclient.messages.create(model=model, system=system, max_tokens=9, messages=[])\n`,
  },
  {
    name: 'an object that a function returns',
    want: { model: `${opus} constant`, system: ['"You help."'] },
    ts: `${TS}async function pick() { return { model: '${opus}', system: 'You help.' }; }\nconst { model, system } = await pick();\nclient.messages.create({ model, system, max_tokens: 9, messages: [] });`,
    py: `${PY}from typing import NamedTuple\nclass Choice(NamedTuple):\n    model: str\n    system: str\ndef pick() -> Choice:\n    return Choice("${opus}", "You help.")\nchoice = pick()\nclient.messages.create(model=choice.model, system=choice.system, max_tokens=9, messages=[])\n`,
  },
  {
    name: 'a tuple from one of two branches',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    ts: `${TS}export function f(big: boolean) { const [model, cap] = big ? ['${opus}', 100] : ['claude-haiku-4-5', 50]; return client.messages.create({ model, max_tokens: cap, messages: [] } as any); }`,
    py: `${PY}def f(big):\n    model, cap = ("${opus}", 100) if big else ("claude-haiku-4-5", 50)\n    return client.messages.create(model=model, max_tokens=cap, messages=[])\n`,
  },
  {
    name: 'a partial of a function of this program',
    want: { model: `${opus} constant` },
    py: `${PY}from functools import partial\ndef ask(model, text):\n    return client.messages.create(model=model, max_tokens=9, messages=[{"role": "user", "content": text}])\nask_opus = partial(ask, "${opus}")\nask_opus("Hi")\n`,
  },
  {
    name: 'a decorated helper',
    want: { model: `${opus} literal` },
    py: `${PY}import functools
def logged(fn):
    @functools.wraps(fn)
    def inner(*args, **kwargs):
        return fn(*args, **kwargs)
    return inner
@logged
def pick():
    return "${opus}"
client.messages.create(model=pick(), max_tokens=9, messages=[])
`,
  },
  {
    name: 'merged dicts',
    want: { model: `${opus} literal`, cap: '9 literal' },
    py: `${PY}base = {"max_tokens": 5, "model": "x"}\nclient.messages.create(**(base | {"model": "${opus}", "max_tokens": 9}), messages=[])\n`,
    ts: `${TS}const base = { max_tokens: 5, model: 'x' };\nclient.messages.create(Object.assign({}, base, { model: '${opus}', max_tokens: 9 }, { messages: [] }));`,
  },
  {
    name: 'a dict without one of its keys',
    want: { model: `${opus} literal`, cap: '9 literal' },
    py: `${PY}params = {"model": "${opus}", "max_tokens": 9, "stream": True}\nclient.messages.create(**{k: v for k, v in params.items() if k != "stream"}, messages=[])\n`,
    ts: `${TS}const params = { model: '${opus}', max_tokens: 9, extra: true };\nconst { extra, ...rest } = params;\nclient.messages.create({ ...rest, messages: [] });`,
  },
  {
    name: 'a copy with changes',
    want: { model: `${opus} constant` },
    py: `${PY}from pydantic import BaseModel
class Settings(BaseModel):
    model: str = "x"
    cap: int = 5
settings = Settings().model_copy(update={"model": "${opus}"})
client.messages.create(model=settings.model, max_tokens=9, messages=[])
`,
  },
  {
    name: 'a dataclass that is replaced',
    want: { model: `${opus} constant` },
    py: `${PY}import dataclasses
@dataclasses.dataclass
class Settings:
    model: str = "x"
settings = dataclasses.replace(Settings(), model="${opus}")
client.messages.create(model=settings.model, max_tokens=9, messages=[])
`,
  },
  {
    name: 'the options a function is called with',
    want: { model: `${opus} literal`, cap: '9 literal' },
    py: `${PY}def ask(text, **options):\n    return client.messages.create(messages=[{"role": "user", "content": text}], **options)\nask("Hi", model="${opus}", max_tokens=9)\n`,
  },
];

const environment: Row[] = [
  {
    name: 'a variable of the environment with a default',
    want: { model: `${opus} env-default` },
    py: `${PY}import os\nMODEL = os.environ.get("MODEL") or "${opus}"\nclient.messages.create(model=MODEL, max_tokens=9, messages=[])\n`,
    ts: `${TS}const MODEL = process.env.MODEL ?? '${opus}';\nclient.messages.create({ model: MODEL, max_tokens: 9, messages: [] });`,
  },
  {
    name: 'a parsed environment with defaults',
    want: { model: `${opus} env-default` },
    ts: `import { z } from 'zod';\n${TS}const Env = z.object({ MODEL: z.string().min(1).default('${opus}'), KEY: z.string() });\nconst env = Env.parse(process.env);\nclient.messages.create({ model: env.MODEL, max_tokens: 9, messages: [] });`,
  },
  {
    name: 'an environment made by t3-env',
    want: { model: `${opus} env-default` },
    ts: `import { z } from 'zod';\nimport { createEnv } from '@t3-oss/env-core';\n${TS}const env = createEnv({ server: { MODEL: z.string().default('${opus}') }, runtimeEnv: process.env });\nclient.messages.create({ model: env.MODEL, max_tokens: 9, messages: [] });`,
  },
  {
    name: 'a parsed environment without a default',
    want: { model: '? config' },
    ts: `import { z } from 'zod';\n${TS}const Env = z.object({ MODEL: z.string() });\nconst env = Env.parse(process.env);\nclient.messages.create({ model: env.MODEL, max_tokens: 9, messages: [] });`,
  },
];

const crew = `from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task
@CrewBase
class News:
    tasks_config = "settings/tasks.yaml"
    @agent
    def researcher(self) -> Agent:
        return Agent(config=self.agents_config["researcher"])
    @task
    def research(self) -> Task:
        return Task(config=self.tasks_config["research"])
    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
News().crew().kickoff()
`;
const researcher = 'researcher:\n  role: Researcher\n  backstory: You dig deep.\n  max_iter: 7\n';
const tasks = 'research:\n  description: Find the news.\n';

const notebook = (...cells: string[]): string =>
  JSON.stringify({
    nbformat: 4,
    metadata: { language_info: { name: 'python' } },
    cells: cells.map((source) => ({ cell_type: 'code', source: [source] })),
  });
const asks = notebook('%store -r MODEL', PY, 'client.messages.create(model=MODEL, max_tokens=9, messages=[])');

const notebooks: Row[] = [
  {
    name: 'a name that another notebook stores',
    want: { model: `${opus} import` },
    py: { 'book/00.ipynb': notebook(`MODEL = "${opus}"`, '%store MODEL'), 'book/01.ipynb': asks },
  },
  {
    name: 'a name that no notebook stores',
    want: { model: '? dynamic' },
    py: { 'book/00.ipynb': notebook(`MODEL = "${opus}"`), 'book/01.ipynb': asks },
  },
  {
    name: 'a name that notebooks of another folder store',
    want: { model: '? dynamic' },
    py: { 'other/00.ipynb': notebook(`MODEL = "${opus}"`, '%store MODEL'), 'book/01.ipynb': asks },
  },
];

const conventions: Row[] = [
  {
    name: 'agents and tasks that YAML files describe',
    want: { sdk: 'crewai', model: `${opus} import`, system: ['"You dig deep."'], user: ['"Find the news."'] },
    py: { 'app/main.py': crew, 'app/config/agents.yaml': `${researcher}  llm: ${opus}\n`, 'app/settings/tasks.yaml': tasks },
  },
  {
    name: 'agents in YAML files without a model: the default of the version',
    want: { model: 'gpt-4.1-mini env-default' },
    py: { 'app/main.py': crew, 'app/config/agents.yaml': researcher, 'app/settings/tasks.yaml': tasks },
  },
  {
    name: 'a YAML file that is not there',
    want: { model: '? dynamic' },
    py: { 'app/main.py': crew },
  },
  {
    name: 'the default model of a locked version that was not read is not known',
    want: { model: '? absent' },
    py: { 'app/main.py': crew, 'app/config/agents.yaml': researcher, 'uv.lock': '[[package]]\nname = "crewai"\nversion = "1.9.0"\n' },
  },
  {
    name: 'the default model of an older version',
    want: { model: 'gpt-4o-mini env-default' },
    py: { 'app/main.py': crew, 'app/config/agents.yaml': researcher, 'requirements.txt': 'crewai==1.0.0\n' },
  },
  {
    name: 'a fixture of a test',
    want: { model: `${opus} import` },
    py: {
      'tests/conftest.py': `import pytest\n@pytest.fixture\ndef model():\n    return "${opus}"\n`,
      'tests/test_ask.py': `${PY}def test_ask(model):\n    client.messages.create(model=model, max_tokens=9, messages=[])\n`,
    },
  },
  {
    name: 'the cases of a test',
    want: { model: `${opus} constant`, alternatives: ['claude-haiku-4-5 constant'] },
    py: {
      'tests/test_ask.py': `import pytest\n${PY}@pytest.mark.parametrize("model, cap", [("${opus}", 5), ("claude-haiku-4-5", 9)])\ndef test_ask(model, cap):\n    client.messages.create(model=model, max_tokens=cap, messages=[])\n`,
    },
  },
  {
    name: 'stand-ins of tests, which no one is billed for',
    want: [{ model: `${opus} literal` }],
    py: {
      'tests/test_ask.py': `from unittest.mock import MagicMock\nfrom strands import Agent\nclass _QueuedFakeModel: pass\nAgent(model=_QueuedFakeModel())("Hi")\nAgent(model=MagicMock())("Hi")\nAgent(model="${opus}")("Hi")\n`,
    },
    ts: {
      'tests/ask.test.ts': `import { BaseChatModel } from '@langchain/core/language_models/chat_models';\n${TS}class FakeToolCallingModel extends BaseChatModel {}\nawait new FakeToolCallingModel({}).invoke('Hi');\nclient.messages.create({ model: '${opus}', max_tokens: 9, messages: [] });`,
    },
  },
];

const GENAI = 'import google.generativeai as genai\nmodel = genai.GenerativeModel("gemini-2.5-flash")\n';
const TS_GENAI = "import { GoogleGenAI, type Chat } from '@google/genai';\nconst ai = new GoogleGenAI({});\n";
const flash = { model: 'gemini-2.5-flash literal' };

/** Chats by user: the key is known only while the program runs. */
const byKey: Row[] = [
  {
    name: 'a dict or record that statements fill',
    want: flash,
    py: `${GENAI}chats = {}\ndef ask(user, text):\n    if user not in chats:\n        chats[user] = model.start_chat()\n    return chats[user].send_message(text)`,
    ts: `${TS_GENAI}const chats: Record<string, Chat> = {};\nexport function ask(user: string, message: string) {\n  chats[user] ??= ai.chats.create({ model: 'gemini-2.5-flash' });\n  return chats[user].sendMessage({ message });\n}`,
  },
  {
    name: 'a Map',
    want: flash,
    ts: `${TS_GENAI}const chats = new Map<string, Chat>();\nexport function ask(user: string, message: string) {\n  if (!chats.has(user)) chats.set(user, ai.chats.create({ model: 'gemini-2.5-flash' }));\n  return chats.get(user)!.sendMessage({ message });\n}`,
  },
  {
    name: 'setdefault',
    want: flash,
    py: `${GENAI}chats = {}\ndef ask(user, text):\n    return chats.setdefault(user, model.start_chat()).send_message(text)`,
  },
  {
    name: 'a defaultdict',
    want: flash,
    py: `${GENAI}from collections import defaultdict\nchats = defaultdict(lambda: model.start_chat())\ndef ask(user, text):\n    return chats[user].send_message(text)`,
  },
  {
    name: 'a dict of an object, handed out by a method',
    want: flash,
    py: `${GENAI}class Bot:\n    def __init__(self):\n        self.chats = {}\n    def chat(self, user):\n        if user not in self.chats:\n            self.chats[user] = model.start_chat()\n        return self.chats[user]\n    def ask(self, user, text):\n        return self.chat(user).send_message(text)`,
  },
];

table([...byKey, ...held, ...results, ...environment, ...conventions, ...notebooks]);
