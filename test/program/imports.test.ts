/** Values and clients that come from other files: every way in which TypeScript and Python import them. */
import { PY, type Row, TS, table } from '../analyze/workspace.ts';

const opus = 'claude-opus-4-8';
const tsCall = (model: string) => `client.messages.create({ model: ${model}, max_tokens: 9, messages: [] });\n`;
const pyCall = (model: string) => `client.messages.create(model=${model}, max_tokens=9, messages=[])\n`;
const tsMain = (imports: string, model = 'MODEL') => `${imports}\n${TS}${tsCall(model)}`;
const pyMain = (imports: string, model = 'MODEL') => `${imports}\n${PY}${pyCall(model)}`;
const found = { model: `${opus} import` };
const tsConst = `export const MODEL = '${opus}';`;
const pyConst = `MODEL = "${opus}"\n`;

const constants: Row[] = [
  {
    name: 'a constant of the next file',
    want: found,
    ts: { 'src/main.ts': tsMain("import { MODEL } from './config';"), 'src/config.ts': tsConst },
    py: { 'app/main.py': pyMain('from config import MODEL'), 'app/config.py': pyConst },
  },
  {
    name: 'under another name',
    want: found,
    ts: { 'src/main.ts': tsMain("import { MODEL as M } from './config.js';", 'M'), 'src/config.ts': tsConst },
    py: { 'app/main.py': pyMain('from .config import MODEL as M', 'M'), 'app/config.py': pyConst, 'app/__init__.py': '' },
  },
  {
    name: 'a whole module',
    want: found,
    ts: { 'src/main.ts': tsMain("import * as config from './config';", 'config.MODEL'), 'src/config.ts': tsConst },
    py: { 'app/main.py': pyMain('import config', 'config.MODEL'), 'app/config.py': pyConst },
  },
  {
    name: 'a module of a package',
    want: found,
    py: { 'app/main.py': pyMain('from app import config', 'config.MODEL'), 'app/config.py': pyConst, 'app/__init__.py': '' },
    ts: { 'src/main.ts': tsMain("import config from './config';", 'config.MODEL'), 'src/config.ts': `export default { MODEL: '${opus}' };` },
  },
  {
    name: 'import a.b.c',
    want: found,
    py: {
      'main.py': pyMain('import app.core.config', 'app.core.config.MODEL'),
      'app/core/config.py': pyConst,
      'app/__init__.py': '',
      'app/core/__init__.py': '',
    },
  },
  { name: 'import a.b as c', want: found, py: { 'main.py': pyMain('import app.config as c', 'c.MODEL'), 'app/config.py': pyConst } },
  {
    name: 'the default export',
    want: found,
    ts: { 'src/main.ts': tsMain("import model from './config';", 'model'), 'src/config.ts': `const MODEL = '${opus}';\nexport default MODEL;` },
  },
  {
    name: 'the default export as a literal',
    want: found,
    ts: { 'src/main.ts': tsMain("import model from './config';", 'model'), 'src/config.ts': `export default '${opus}';` },
  },
  {
    name: 'export { a as b }, export { default as c }',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { M } from './b';", 'M'),
      'src/b.ts': "export { default as M } from './a';",
      'src/a.ts': `const x = '${opus}';\nexport { x as default };`,
    },
  },
  {
    name: 'index of a folder, and __init__',
    want: found,
    ts: { 'src/main.ts': tsMain("import { MODEL } from './config';"), 'src/config/index.ts': tsConst },
    py: { 'app/main.py': pyMain('from app.config import MODEL'), 'app/config/__init__.py': pyConst },
  },
  {
    name: 're-exported by the index',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { MODEL } from './config';"),
      'src/config/index.ts': "export { MODEL } from './models';",
      'src/config/models.ts': tsConst,
    },
    py: {
      'app/main.py': pyMain('from app.config import MODEL'),
      'app/config/__init__.py': 'from .models import MODEL\n',
      'app/config/models.py': pyConst,
    },
  },
  {
    name: 're-exported by a star',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { MODEL } from './config';"),
      'src/config/index.ts': "export * from './other';\nexport * from './models';",
      'src/config/models.ts': tsConst,
      'src/config/other.ts': 'export const X = 1;',
    },
    py: {
      'app/main.py': pyMain('from app.config import MODEL'),
      'app/config/__init__.py': 'from .other import *\nfrom .models import *\n',
      'app/config/models.py': pyConst,
      'app/config/other.py': 'X = 1\n',
    },
  },
  {
    name: 'export * as namespace',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { config } from './all';", 'config.MODEL'),
      'src/all.ts': "export * as config from './config';",
      'src/config.ts': tsConst,
    },
  },
  { name: 'import *', want: found, py: { 'app/main.py': pyMain('from config import *'), 'app/config.py': pyConst } },
  {
    name: 'imported and exported again',
    want: found,
    ts: { 'src/main.ts': tsMain("import { MODEL } from './b';"), 'src/b.ts': "import { MODEL } from './a';\nexport { MODEL };", 'src/a.ts': tsConst },
    py: { 'app/main.py': pyMain('from b import MODEL'), 'app/b.py': 'from a import MODEL\n', 'app/a.py': pyConst },
  },
  {
    name: 'three hops',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { MODEL } from './c';"),
      'src/c.ts': "export { MODEL } from './b';",
      'src/b.ts': "export { MODEL } from './a';",
      'src/a.ts': tsConst,
    },
    py: {
      'app/main.py': pyMain('from c import MODEL'),
      'app/c.py': 'from b import MODEL\n',
      'app/b.py': 'from a import MODEL\n',
      'app/a.py': pyConst,
    },
  },
  {
    name: 'relative imports two folders up',
    want: found,
    ts: { 'src/a/b/main.ts': tsMain("import { MODEL } from '../../config';"), 'src/config.ts': tsConst },
    py: {
      'app/a/b/main.py': pyMain('from ...config import MODEL'),
      'app/config.py': pyConst,
      'app/__init__.py': '',
      'app/a/__init__.py': '',
      'app/a/b/__init__.py': '',
    },
  },
  {
    name: 'from . import module',
    want: found,
    py: { 'app/main.py': pyMain('from . import config', 'config.MODEL'), 'app/config.py': pyConst, 'app/__init__.py': '' },
  },
  {
    name: 'from . import, without __init__',
    want: found,
    py: { 'app/main.py': pyMain('from . import config', 'config.MODEL'), 'app/config.py': pyConst },
  },
  {
    name: 'the src layout',
    want: found,
    py: { 'src/acme/agents/main.py': pyMain('from acme.settings import MODEL'), 'src/acme/settings.py': pyConst, 'src/acme/__init__.py': '' },
  },
  {
    name: 'tests and scripts beside src',
    want: found,
    py: { 'scripts/main.py': pyMain('from acme.settings import MODEL'), 'src/acme/settings.py': pyConst, 'src/acme/__init__.py': '' },
  },
  {
    name: 'namespace packages without __init__',
    want: found,
    py: { 'main.py': pyMain('from acme.config.models import MODEL'), 'acme/config/models.py': pyConst },
  },
  {
    name: 'an import inside a function',
    want: found,
    ts: {
      'src/main.ts': `${TS}export async function f() { const { MODEL } = await import('./config'); return ${tsCall('MODEL')} }`,
      'src/config.ts': tsConst,
    },
    py: { 'app/main.py': `${PY}def f():\n    from config import MODEL\n    return ${pyCall('MODEL')}`, 'app/config.py': pyConst },
  },
  {
    name: 'try: import … except ImportError',
    want: { model: `${opus} import`, alternatives: [] },
    py: { 'app/main.py': pyMain('try:\n    from .config import MODEL\nexcept ImportError:\n    from config import MODEL'), 'app/config.py': pyConst },
  },
  {
    name: 'require',
    want: found,
    ts: {
      'src/main.js': `const { MODEL } = require('./config');\nconst Anthropic = require('@anthropic-ai/sdk');\nconst client = new Anthropic();\n${tsCall('MODEL')}`,
      'src/config.js': `module.exports = { MODEL: '${opus}' };`,
    },
  },
  {
    name: 'require of exports.x',
    want: found,
    ts: {
      'src/main.js': `const config = require('./config');\nconst Anthropic = require('@anthropic-ai/sdk').default;\nconst client = new Anthropic();\n${tsCall('config.MODEL')}`,
      'src/config.js': `exports.MODEL = '${opus}';`,
    },
  },
  {
    name: 'tsconfig paths',
    want: found,
    ts: {
      'src/a/main.ts': tsMain("import { MODEL } from '@/config/models';"),
      'src/config/models.ts': tsConst,
      'tsconfig.json': '{ // comment\n "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"] } }, }',
    },
  },
  {
    name: 'tsconfig paths that are inherited',
    want: found,
    ts: {
      'apps/web/src/main.ts': tsMain("import { MODEL } from '~config';"),
      'libs/config.ts': tsConst,
      'apps/web/tsconfig.json': '{"extends": "../../tsconfig.base.json"}',
      'tsconfig.base.json': '{"compilerOptions": {"paths": {"~config": ["libs/config.ts"]}}}',
    },
  },
  {
    name: 'tsconfig baseUrl',
    want: found,
    ts: {
      'src/a/main.ts': tsMain("import { MODEL } from 'config/models';"),
      'src/config/models.ts': tsConst,
      'tsconfig.json': '{"compilerOptions": {"baseUrl": "src"}}',
    },
  },
  {
    name: 'package.json imports',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { MODEL } from '#config/models';"),
      'src/config/models.ts': tsConst,
      'package.json': '{"name":"x","imports":{"#config/*":{"default":"./src/config/*.ts"}}}',
    },
  },
  {
    name: 'package.json imports of build output',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { MODEL } from '#config';"),
      'src/config.ts': tsConst,
      'package.json': '{"name":"x","imports":{"#config":{"types":"./src/config.ts","default":"./dist/config.js"}}}',
    },
  },
  {
    name: 'a package of the monorepo',
    want: found,
    ts: {
      'apps/web/main.ts': tsMain("import { MODEL } from '@acme/config';"),
      'packages/config/src/index.ts': tsConst,
      'packages/config/package.json': '{"name":"@acme/config","main":"dist/index.js"}',
    },
  },
  {
    name: 'a package of the monorepo whose folder has another name',
    want: found,
    ts: {
      'apps/web/main.ts': tsMain("import { MODEL } from '@acme/config';"),
      'packages/shared-config/src/index.ts': tsConst,
      'packages/shared-config/package.json': '{"name":"@acme/config","main":"dist/index.js"}',
      'package.json': '{"workspaces":["packages/*","apps/*"]}',
    },
  },
  {
    name: 'a deep import of a package of the monorepo',
    want: found,
    ts: {
      'apps/web/main.ts': tsMain("import { MODEL } from '@acme/config/models';"),
      'packages/config/src/models.ts': tsConst,
      'packages/config/package.json': '{"name":"@acme/config","exports":{"./models":"./src/models.ts"}}',
    },
  },
  {
    name: 'pnpm workspaces in another folder',
    want: found,
    ts: {
      'services/web/main.ts': tsMain("import { MODEL } from '@acme/config';"),
      'modules/config/src/index.ts': tsConst,
      'modules/config/package.json': '{"name":"@acme/config"}',
      'pnpm-workspace.yaml': 'packages:\n  - "services/*"\n  - modules/*\n',
    },
  },
  {
    name: 'JSON',
    want: found,
    ts: { 'src/main.ts': tsMain("import config from './config.json';", 'config.model'), 'src/config.json': `{"model":"${opus}"}` },
  },
  {
    name: 'a file that is not there',
    want: { model: '? dynamic' },
    ts: { 'src/main.ts': tsMain("import { MODEL } from './nowhere';") },
    py: { 'app/main.py': pyMain('from .nowhere import MODEL') },
  },
  {
    name: 'a package from outside',
    want: { model: '? dynamic' },
    ts: { 'src/main.ts': tsMain("import { MODEL } from 'some-package';") },
    py: { 'app/main.py': pyMain('from some_package import MODEL') },
  },
];

const objects: Row[] = [
  {
    name: 'settings of another file',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { settings } from './config';", 'settings.llm.model'),
      'src/config.ts': `export const settings = { llm: { model: '${opus}' } };`,
    },
    py: {
      'app/main.py': pyMain('from config import settings', 'settings.model'),
      'app/config.py': `class Settings:\n    model: str = "${opus}"\n\nsettings = Settings()\n`,
    },
  },
  {
    name: 'a class attribute of another file',
    want: found,
    ts: {
      'src/main.ts': tsMain("import { Models } from './config';", 'Models.BIG'),
      'src/config.ts': `export class Models { static readonly BIG = '${opus}'; }`,
    },
    py: { 'app/main.py': pyMain('from config import Models', 'Models.BIG'), 'app/config.py': `class Models:\n    BIG = "${opus}"\n` },
  },
  {
    name: 'an enum of another file',
    want: found,
    ts: { 'src/main.ts': tsMain("import { Models } from './config';", 'Models.BIG'), 'src/config.ts': `export enum Models { BIG = '${opus}' }` },
    py: {
      'app/main.py': pyMain('from config import Models', 'Models.BIG.value'),
      'app/config.py': `from enum import Enum\nclass Models(Enum):\n    BIG = "${opus}"\n`,
    },
  },
  {
    name: 'a helper of another file',
    want: { model: `${opus} import` },
    ts: { 'src/main.ts': tsMain("import { pick } from './config';", 'pick()'), 'src/config.ts': `export const pick = () => '${opus}';` },
    py: { 'app/main.py': pyMain('from config import pick', 'pick()'), 'app/config.py': `def pick():\n    return "${opus}"\n` },
  },
  {
    name: 'the environment, read in another file',
    want: { model: `${opus} env-default` },
    ts: { 'src/main.ts': tsMain("import { MODEL } from './config';"), 'src/config.ts': `export const MODEL = process.env.MODEL ?? '${opus}';` },
    py: { 'app/main.py': pyMain('from config import MODEL'), 'app/config.py': `import os\nMODEL = os.getenv("MODEL", "${opus}")\n` },
  },
  {
    name: 'a settings file in YAML',
    want: { model: `${opus} import`, cap: '40 import' },
    py: {
      'app/main.py': `${pyMain('import yaml\nwith open("config.yaml") as f:\n    config = yaml.safe_load(f)', 'config["llm"]["model"]').replace('max_tokens=9', 'max_tokens=config["llm"].get("cap", 5)')}`,
      'app/config.yaml': `llm:\n  model: ${opus}\n  cap: 40\n`,
    },
  },
  {
    name: 'a settings file in JSON, beside the file',
    want: { model: `${opus} import` },
    py: {
      'app/main.py': pyMain(
        'import json\nfrom pathlib import Path\nconfig = json.loads((Path(__file__).parent / "config.json").read_text())',
        'config["model"]',
      ),
      'app/config.json': `{"model": "${opus}"}`,
    },
  },
  {
    name: 'a settings file that is not there',
    want: { model: '? dynamic' },
    py: { 'app/main.py': pyMain('import yaml\nconfig = yaml.safe_load(open("config.yaml"))', 'config["model"]') },
  },
  {
    name: 'helpers that hand each other the model, over two files',
    want: { model: 'gpt-5.4 import', provider: 'openai' },
    ts: {
      'src/main.ts': "import { generateText } from 'ai';\nimport { fast } from './models';\ngenerateText({ model: fast(), prompt: 'x' });",
      'src/models.ts': "import { make } from './providers';\nexport const fast = () => make('gpt-5.4');",
      'src/providers.ts': "import { openai } from '@ai-sdk/openai';\nexport const make = (id: string) => openai(id);",
    },
  },
  {
    name: 'a table of model objects',
    want: { model: 'gpt-5.4 import', provider: 'openai' },
    ts: {
      'src/main.ts': "import { generateText } from 'ai';\nimport { models } from './models';\ngenerateText({ model: models.fast, prompt: 'x' });",
      'src/models.ts': "import { openai } from '@ai-sdk/openai';\nexport const models = { fast: openai('gpt-5.4'), slow: openai('gpt-5.5') };",
    },
  },
];

const anthropic = { sdk: 'anthropic', provider: 'anthropic', model: `${opus} literal` } as const;
const clients: Row[] = [
  {
    name: 'a client of another file',
    want: anthropic,
    ts: {
      'src/main.ts': `import { client } from './client';\n${tsCall(`'${opus}'`)}`,
      'src/client.ts': `import Anthropic from '@anthropic-ai/sdk';\nexport const client = new Anthropic();`,
    },
    py: {
      'app/main.py': `from client import client\n${pyCall(`"${opus}"`)}`,
      'app/client.py': 'from anthropic import Anthropic\nclient = Anthropic()\n',
    },
  },
  {
    name: 'a factory of another file',
    want: anthropic,
    ts: {
      'src/main.ts': `import { getClient } from './client';\nexport const f = () => getClient().${tsCall(`'${opus}'`).slice(7)}`,
      'src/client.ts': `import Anthropic from '@anthropic-ai/sdk';\nexport function getClient() { return new Anthropic(); }`,
    },
    py: {
      'app/main.py': `from client import get_client\ndef f():\n    return get_client().${pyCall(`"${opus}"`).slice(7)}`,
      'app/client.py': 'from anthropic import Anthropic\ndef get_client():\n    return Anthropic()\n',
    },
  },
  {
    name: 'a factory with an annotated result',
    want: anthropic,
    ts: {
      'src/main.ts': `import { getClient } from './client';\nexport const f = () => getClient().${tsCall(`'${opus}'`).slice(7)}`,
      'src/client.ts': `import Anthropic from '@anthropic-ai/sdk';\nimport { registry } from 'registry';\nexport function getClient(): Anthropic { return registry.get('a'); }`,
    },
    py: {
      'app/main.py': `from client import get_client\ndef f():\n    return get_client().${pyCall(`"${opus}"`).slice(7)}`,
      'app/client.py': 'from anthropic import Anthropic\nfrom registry import registry\ndef get_client() -> Anthropic:\n    return registry["a"]\n',
    },
  },
  {
    name: 'the client of a base class of another file',
    want: anthropic,
    ts: {
      'src/main.ts': `import { Base } from './base';\nclass A extends Base { run() { return this.${tsCall(`'${opus}'`)} } }`,
      'src/base.ts': `import Anthropic from '@anthropic-ai/sdk';\nexport class Base { protected client: Anthropic; constructor() { this.client = new Anthropic(); } }`,
    },
    py: {
      'app/main.py': `from base import Base\nclass A(Base):\n    def run(self):\n        return self.${pyCall(`"${opus}"`)}`,
      'app/base.py': 'from anthropic import Anthropic\nclass Base:\n    def __init__(self):\n        self.client = Anthropic()\n',
    },
  },
  {
    name: 'a client passed as an annotated parameter',
    want: anthropic,
    ts: `import type Anthropic from '@anthropic-ai/sdk';\nexport const f = (client: Anthropic) => ${tsCall(`'${opus}'`)}`,
    py: `from anthropic import Anthropic\ndef f(client: Anthropic):\n    return ${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'annotated as optional',
    want: anthropic,
    ts: `import Anthropic from '@anthropic-ai/sdk';\nexport const f = (client?: Anthropic | null) => client!.${tsCall(`'${opus}'`).slice(7)}`,
    py: `from typing import Optional\nfrom anthropic import Anthropic\ndef f(client: Optional[Anthropic] = None):\n    return ${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'a client passed as a parameter by its only caller',
    want: anthropic,
    ts: `${TS}function f(c: any) { return c.${tsCall(`'${opus}'`).slice(7)} }\nf(client);`,
    py: `${PY}def f(c):\n    return c.${pyCall(`"${opus}"`).slice(7)}\nf(client)\n`,
  },
  {
    name: 'a client passed by a caller of another file',
    want: anthropic,
    ts: {
      'src/main.ts': `export function f(client: any) { return ${tsCall(`'${opus}'`)} }`,
      'src/run.ts': `import { f } from './main';\n${TS}f(client);`,
    },
    py: { 'app/main.py': `def f(client):\n    return ${pyCall(`"${opus}"`)}`, 'app/run.py': `from main import f\n${PY}f(client)\n` },
  },
  {
    name: 'a client in the constructor of a class',
    want: anthropic,
    ts: `${TS}class A { constructor(private api: Anthropic) {} run() { return this.api.${tsCall(`'${opus}'`).slice(7)} } }\nnew A(client).run();`,
    py: `${PY}class A:\n    def __init__(self, api: anthropic.Anthropic):\n        self.api = api\n    def run(self):\n        return self.api.${pyCall(`"${opus}"`).slice(7)}`,
  },
  {
    name: 'self.client or a new one',
    want: anthropic,
    ts: `import Anthropic from '@anthropic-ai/sdk';\nclass A { client: Anthropic; constructor(client?: Anthropic) { this.client = client ?? new Anthropic(); } run() { return this.${tsCall(`'${opus}'`)} } }`,
    py: `import anthropic\nclass A:\n    def __init__(self, client=None):\n        self.client = client or anthropic.Anthropic()\n    def run(self):\n        return self.${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'a singleton in a static attribute',
    want: anthropic,
    ts: `import Anthropic from '@anthropic-ai/sdk';\nclass Clients { private static instance?: Anthropic; static get() { if (!Clients.instance) { Clients.instance = new Anthropic(); } return Clients.instance; } }\nClients.get().${tsCall(`'${opus}'`).slice(7)}`,
    py: `import anthropic\nclass Clients:\n    _instance = None\n    @classmethod\n    def get(cls):\n        if cls._instance is None:\n            cls._instance = anthropic.Anthropic()\n        return cls._instance\nClients.get().${pyCall(`"${opus}"`).slice(7)}`,
  },
  {
    name: 'the client of a with statement',
    want: anthropic,
    ts: `import Anthropic from '@anthropic-ai/sdk';\nfunction f() { using client = new Anthropic(); ${tsCall(`'${opus}'`)} }`,
    py: `import anthropic\nasync def f():\n    async with anthropic.AsyncAnthropic() as client:\n        await ${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'a client that FastAPI hands in',
    want: anthropic,
    py: `import anthropic\nfrom fastapi import Depends\ndef get_client():\n    return anthropic.Anthropic()\ndef f(q, client=Depends(get_client)):\n    return ${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'a type with a name of its own',
    want: anthropic,
    py: `import anthropic\nfrom typing import Annotated\nfrom fastapi import Depends\ndef get_client(): ...\nClient = Annotated[anthropic.Anthropic, Depends(get_client)]\ndef f(q, client: Client):\n    return ${pyCall(`"${opus}"`)}`,
  },
  {
    name: 'a client with other options',
    want: anthropic,
    ts: `${TS}client.withOptions({ timeout: 5 }).${tsCall(`'${opus}'`).slice(7)}`,
    py: `${PY}client.with_options(timeout=5).${pyCall(`"${opus}"`).slice(7)}`,
  },
  {
    name: 'messages under a name of its own',
    want: anthropic,
    ts: `${TS}const { messages } = client;\nmessages.create({ model: '${opus}', max_tokens: 9, messages: [] });`,
    py: `${PY}messages = client.messages\nmessages.create(model="${opus}", max_tokens=9, messages=[])\n`,
  },
];

table([...constants, ...objects, ...clients]);
