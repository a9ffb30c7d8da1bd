/** A model that is set once for all calls of a framework. */
import { type Row, table } from '../analyze/workspace.ts';

const query = 'VectorStoreIndex.from_documents([]).as_query_engine().query("Who?")\n';

const rows: Row[] = [
  {
    name: 'the model of the global settings',
    want: { model: 'gpt-5.4 literal', provider: 'openai' },
    py: `from llama_index.core import Settings, VectorStoreIndex\nfrom llama_index.llms.openai import OpenAI\nSettings.llm = OpenAI(model="gpt-5.4")\n${query}`,
    ts: `import { agent, Settings } from 'llamaindex';\nimport { openai } from '@llamaindex/openai';\nSettings.llm = openai({ model: 'gpt-5.4' });\nawait agent({ tools: [] }).run('Who?');`,
  },
  {
    name: 'the last one that is set before the call',
    want: { model: 'gpt-5.4 literal' },
    py: `from llama_index.core import Settings, VectorStoreIndex\nfrom llama_index.llms.openai import OpenAI\nSettings.llm = OpenAI(model="gpt-5.4-mini")\nSettings.llm = OpenAI(model="gpt-5.4")\n${query}Settings.llm = OpenAI(model="gpt-5.4-nano")\n`,
  },
  {
    name: 'a model of its own wins',
    want: { model: 'gpt-5.4-mini literal' },
    py: `from llama_index.core import Settings, VectorStoreIndex\nfrom llama_index.llms.openai import OpenAI\nSettings.llm = OpenAI(model="gpt-5.4")\nVectorStoreIndex.from_documents([]).as_query_engine(llm=OpenAI(model="gpt-5.4-mini")).query("Who?")\n`,
  },
  {
    name: 'settings of another name',
    want: { model: '? absent' },
    py: `from llama_index.core import VectorStoreIndex\nfrom llama_index.llms.openai import OpenAI\nclass Other: pass\nOther.llm = OpenAI(model="gpt-5.4")\n${query}`,
  },
  {
    name: 'set by the file that imports the module',
    want: { model: 'openai/gpt-5.4 import' },
    py: {
      'app/answer.py': `import dspy\nclass Answer(dspy.Module):\n    def __init__(self):\n        self.ask = dspy.Predict("question -> answer")\n    def forward(self, question):\n        return self.ask(question=question)\n`,
      'app/main.py': `import dspy\nfrom app.answer import Answer\ndspy.configure(lm=dspy.LM("openai/gpt-5.4"))\nAnswer()(question="Who?")\n`,
    },
  },
];
table(rows);
