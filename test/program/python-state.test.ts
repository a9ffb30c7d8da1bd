/** Clients and models of Python programs that no assignment names outright: loaded late, set by a loop, kept on an application, cut out of a text. */
import { PY, type Row, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const call = (model: string) => `client.messages.create(model=${model}, max_tokens=9, messages=[])\n`;
const silent = { model: '? dynamic' };

const lazy = (body: string) => ({
  'app/llm.py': `import importlib
class Lazy:
    _module = None
    def __getattr__(self, name):
        self._load()
        return ${body}
    def _load(self):
        if self._module is None:
            self._module = importlib.import_module("litellm")
litellm = Lazy()
`,
  'app/main.py': `from app.llm import litellm
def ask(q):
    return litellm.completion(model="${opus}", messages=[{"role": "user", "content": q}])
`,
});

const config = (loop: string, more = '') => `import os
${PY}DEFAULTS = {"SMART": "openai:gpt-5.4", "CLAUDE": "anthropic:${opus}", "CAP": 7}
class Config:
    def __init__(self, path=None):
${loop}        self.provider, self.model = self.parse(self.claude)
    @staticmethod
    def parse(name):
        if name is None:
            return None, None
        provider, model = name.split(":", 1)
        return provider, model
${more}config = Config()
`;
const fromTable = '        for key, value in DEFAULTS.items():\n            setattr(self, key.lower(), value)\n';
const environment = '        for key, value in DEFAULTS.items():\n            setattr(self, key.lower(), os.environ.get(key, value))\n';

const filledIn = (body: string) => ({
  'llm/base.py': `class Base:
    model: str
    def __init__(self):
        self.client = self._make()
    def _make(self):
        ${body}
    def ask(self, q):
        return self.client.messages.create(model=self.model, max_tokens=9, messages=[{"role": "user", "content": q}])
`,
  'llm/claude.py': `from llm.base import Base
import anthropic
class Claude(Base):
    model = "${opus}"
    def _make(self):
        return anthropic.Anthropic()
`,
});

const rows: Row[] = [
  {
    name: 'a module that an object loads when it is first used',
    want: { sdk: 'litellm', model: `${opus} literal` },
    py: lazy('getattr(self._module, name)'),
  },
  { name: 'an object that hands on something else', want: [], py: lazy('self._known[name]') },
  {
    name: 'a client that an object of another file holds',
    want: { model: `${opus} literal` },
    py: {
      'app/service.py': `${PY}class Service:\n    def __init__(self):\n        self.llm = anthropic.Anthropic()\nservice = Service()\n`,
      'app/main.py': `from app.service import service\nservice.llm.messages.create(model="${opus}", max_tokens=9, messages=[])\n`,
    },
  },
  { name: 'attributes that a loop sets from a table', want: { model: `${opus} default` }, py: config(fromTable) + call('config.model') },
  { name: 'a loop in which the environment wins', want: { model: `${opus} env-default` }, py: config(environment) + call('config.model') },
  {
    name: 'a loop in a method that is handed the table',
    want: { model: `${opus} default` },
    py:
      config(
        '        self.fill(DEFAULTS)\n',
        '    def fill(self, values):\n        for key, value in values.items():\n            setattr(self, key.lower(), value)\n',
      ) + call('config.model'),
  },
  {
    name: 'a table taken over as a whole',
    want: { model: `${opus} default` },
    py: config('        self.__dict__.update({"claude": DEFAULTS["CLAUDE"]})\n') + call('config.model'),
  },
  {
    name: 'a loop over names that the code does not show',
    want: silent,
    py: config('        for key, value in os.environ.items():\n            setattr(self, key.lower(), value)\n') + call('config.model'),
  },
  {
    name: 'the pieces of a text',
    want: [{ model: `${opus} constant` }, { model: `${opus} literal` }, { model: 'a/b literal' }],
    py: `${PY}vendor, _, name = "anthropic/${opus}".partition("/")\n${call('name')}${call(`"x:y:${opus}".rsplit(":", 1)[1]`)}${call('"a/b/c".rsplit("/", 1)[0]')}`,
  },
  { name: 'a piece that the text does not have', want: silent, py: `${PY}vendor, name = "${opus}".split(":")\n${call('name')}` },
  {
    name: 'a client that FastAPI keeps',
    want: { model: `${opus} literal` },
    py: `from fastapi import FastAPI, Request
import anthropic
app = FastAPI()
app.state.llm = anthropic.Anthropic()
@app.post("/")
def ask(request: Request):
    return request.app.state.llm.messages.create(model="${opus}", max_tokens=9, messages=[])
`,
  },
  {
    name: 'a client that FastAPI keeps, used in the file of a router',
    want: { model: `${opus} literal` },
    py: {
      'main.py': `from fastapi import FastAPI
import anthropic
from routes import chat
app = FastAPI()
@app.on_event("startup")
def start():
    app.state.client = anthropic.Anthropic()
app.include_router(chat.router)
`,
      'routes/__init__.py': '',
      'routes/chat.py': `from fastapi import APIRouter, Request
router = APIRouter()
@router.post("/")
def ask(request: Request):
    client = request.app.state.client
    return client.messages.create(model="${opus}", max_tokens=9, messages=[])
`,
    },
  },
  {
    name: 'another object of the application is not the client',
    want: [],
    py: `from fastapi import FastAPI, Request
import anthropic
app = FastAPI()
app.state.llm = anthropic.Anthropic()
def ask(request: Request):
    return request.app.state.store.messages.create(model="${opus}")
`,
  },
  {
    name: 'a default of a body that callers may change',
    want: { model: `${opus} default`, cap: '? spread' },
    py: `${PY}class Llm:\n    def ask(self, q, **kwargs):\n        body = {"model": "${opus}", "messages": [], **kwargs}\n        return client.messages.create(**body)\n`,
  },
  {
    name: 'an alias that the table may not have',
    want: silent,
    py: `${PY}ALIASES = {"opus": "${opus}", "gpt": "gpt-5.4"}\ndef ask(model):\n    name = ALIASES.get(model, model)\n    return ${call('name')}`,
  },
  {
    name: 'one of the modules that a comprehension makes',
    want: { sdk: 'dspy', loops: ['batch 2'] },
    py: `import dspy
class Hops(dspy.Module):
    def __init__(self):
        self.steps = [dspy.ChainOfThought("question -> query") for _ in range(2)]
    def forward(self, question):
        for hop in range(2):
            question = self.steps[hop](question=question).query
        return question
`,
  },
  {
    name: 'the cap that each caller sets in place of the default',
    want: { cap: '60 constant' },
    py: `${PY}def ask(q, cap=4000):\n    return client.messages.create(model="${opus}", max_tokens=cap, messages=[])\nask("a", cap=60)\nask("b", cap=50)\n`,
  },
  {
    name: 'the default with which an unknown dict is asked',
    want: [
      { model: `${opus} default`, cap: '7 default' },
      { model: `${opus} default`, cap: '8 default' },
    ],
    py: `${PY}def ask(config):
    return client.messages.create(model=config.get("model", "${opus}"), max_tokens=int(config.get("cap", 7)), messages=[])
def tell(**kwargs):
    model = kwargs.pop("model", "${opus}")
    return client.messages.create(model=model, max_tokens=kwargs.get("cap", 8), messages=[])
`,
  },
  {
    name: 'such a default of a file that is read says nothing of what is read from it further down',
    want: [{ model: `${opus} default` }, { model: '? dynamic' }],
    py: `import json\n${PY}options = json.load(open("missing.json"))\n${call(`options["llm"].get("model", "${opus}")`)}${call(`options.get("llm", "${opus}").name`)}`,
  },
  {
    name: 'in a prompt such a default is no text that stays the same',
    want: { system: ['<input per-call>'] },
    py: `${PY}def ask(user):\n    return client.messages.create(model="${opus}", max_tokens=9, system=user.get("name", "friend"), messages=[])\n`,
  },
  {
    name: 'what a partial gives beforehand, where the call may give more',
    want: { model: `${opus} default`, cap: '? spread' },
    py: `from functools import partial\n${PY}create = partial(client.messages.create, model="${opus}")\ndef ask(**kwargs):\n    return create(**kwargs)\n`,
  },
  {
    name: 'the settings that Hydra and OmegaConf read',
    want: [
      { model: `${opus} import`, cap: '5 import' },
      { model: `${opus} import`, cap: '? spread' },
    ],
    py: {
      'conf/config.yaml': `llm:\n  name: ${opus}\n  cap: 5\n`,
      'main.py': `import hydra
from omegaconf import OmegaConf
${PY}cfg = OmegaConf.load("conf/config.yaml")
client.messages.create(model=cfg.llm.name, max_tokens=cfg.llm.cap, messages=[])
@hydra.main(config_path="conf", config_name="config")
def main(cfg):
    client.messages.create(model=cfg.llm.name, max_tokens=cfg.more.cap, messages=[])
`,
    },
  },
  {
    name: 'a namespace that code makes',
    want: { model: `${opus} constant`, cap: '7 constant' },
    py: `from types import SimpleNamespace\n${PY}options = SimpleNamespace(model="${opus}", cap=7)\nclient.messages.create(model=options.model, max_tokens=options.cap, messages=[])\n`,
  },
  {
    name: 'a function that an object calls by another name',
    want: { model: `${opus} literal` },
    py: `${PY}def send(**options):
    return client.messages.create(max_tokens=9, **options)
class Llm:
    def __init__(self):
        self.complete = send
    def ask(self, q):
        return self.complete(model="${opus}", messages=[{"role": "user", "content": q}])
`,
  },
  {
    name: 'a call without a cap has none, whoever hands in the client',
    want: { sdk: 'openai', cap: '? absent' },
    py: `from openai import OpenAI
class Llm:
    def __init__(self, client=None):
        self.client = client or OpenAI()
    def ask(self, q):
        return self.client.chat.completions.create(model="gpt-5.4", messages=[{"role": "user", "content": q}])
`,
  },
  {
    name: 'a client that a class keeps for all its objects',
    want: { model: `${opus} literal` },
    py: `class Service:
    client = None
    def __init__(self):
        if Service.client is None:
            from anthropic import Anthropic
            Service.client = Anthropic()
    def ask(self):
        return self.client.messages.create(model="${opus}", max_tokens=9, messages=[])
`,
  },
  {
    name: 'a client that a function keeps by name',
    want: { model: `${opus} literal` },
    py: `import anthropic
clients = {}
def client_for(name):
    if name not in clients:
        clients[name] = anthropic.Anthropic()
    return clients[name]
client_for("a").messages.create(model="${opus}", max_tokens=9, messages=[])
`,
  },
  {
    name: 'calls that threads make',
    want: [
      { model: `${opus} literal`, cap: '7 literal', loops: ['batch ?'] },
      { model: `${opus} literal`, cap: '8 literal' },
    ],
    py: `import asyncio
from functools import partial
${PY}async def all(questions, loop):
    for q in questions:
        await asyncio.to_thread(client.messages.create, model="${opus}", max_tokens=7, messages=[{"role": "user", "content": q}])
    await loop.run_in_executor(None, partial(client.messages.create, model="${opus}", max_tokens=8, messages=[]))
`,
  },
  {
    name: 'a method that is handed on without being called',
    want: [],
    py: `${PY}register("ask", client.messages.create)\nasyncio.to_thread(client.messages.create)\nsubmit(store.messages.create, model="${opus}")\n`,
  },
  {
    name: 'a client and a model that subclasses of another file fill in',
    want: { model: `${opus} import` },
    py: filledIn('raise NotImplementedError'),
  },
  {
    name: 'a method of a base class that does something itself is not replaced by a guess',
    want: [],
    py: filledIn('return find_client()'),
  },
];

table(rows);
