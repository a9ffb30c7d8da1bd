/** Hand-built graphs: a node on a cycle is called again and again, as often as the limit on steps allows. */
import { type Row, table } from '../analyze/workspace.ts';

const PY = `from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph
llm = ChatOpenAI(model="gpt-5.4", max_tokens=500).bind_tools([print])
def call_model(state: MessagesState):
    return {"messages": [llm.invoke(state["messages"])]}
def run_tools(state):
    return {"messages": []}
def decide(state):
    return "tools" if state["messages"][-1].tool_calls else END
graph = StateGraph(MessagesState)
graph.add_node("agent", call_model)
graph.add_node("tools", run_tools)
graph.add_edge(START, "agent")
`;
const TS = `import { ChatOpenAI } from '@langchain/openai';
import { END, START, MessagesAnnotation, StateGraph } from '@langchain/langgraph';
const llm = new ChatOpenAI({ model: 'gpt-5.4', maxTokens: 500 }).bindTools([{ name: 'find' }]);
async function callModel(state: typeof MessagesAnnotation.State) { return { messages: [await llm.invoke(state.messages)] }; }
async function runTools() { return { messages: [] }; }
const decide = ({ messages }: typeof MessagesAnnotation.State) => (messages.at(-1).tool_calls?.length ? 'tools' : END);
`;
const START_TS = `const graph = new StateGraph(MessagesAnnotation).addNode('agent', callModel).addNode('tools', runTools).addEdge(START, 'agent')`;
const CYCLE_PY = 'graph.add_conditional_edges("agent", decide, {"tools": "tools", END: END})\ngraph.add_edge("tools", "agent")\n';
const CYCLE_TS = `.addConditionalEdges('agent', decide).addEdge('tools', 'agent');\n`;

const rows: Row[] = [
  {
    name: 'an agent and its tools, without a limit: the default of the newest version',
    want: { loops: ['framework 5004 grows'] },
    wantTs: { loops: ['framework 13 grows'] },
    py: `${PY}${CYCLE_PY}app = graph.compile()\napp.invoke({"messages": []})\n`,
    ts: `${TS}${START_TS}${CYCLE_TS}const app = graph.compile();\nawait app.invoke({ messages: [] });`,
  },
  {
    name: 'the default of the version that is locked',
    want: { loops: ['framework 13 grows'] },
    py: { 'app/main.py': `${PY}${CYCLE_PY}app = graph.compile()\n`, 'requirements.txt': 'langgraph==0.6.10\n' },
  },
  {
    name: 'a limit at the call',
    want: { loops: ['framework 10 grows'] },
    py: `${PY}${CYCLE_PY}app = graph.compile()\napp.invoke({"messages": []}, {"recursion_limit": 20})\n`,
    ts: `${TS}${START_TS}${CYCLE_TS}const app = graph.compile();\nawait app.invoke({ messages: [] }, { recursionLimit: 20 });`,
  },
  {
    name: 'a limit at the call in another file',
    want: { loops: ['framework 10 grows'] },
    py: {
      'app/graph.py': `${PY}${CYCLE_PY}app = graph.compile()\n`,
      'app/main.py':
        'from .graph import app\n\nasync def main():\n    async for event in app.astream({"messages": []}, {"recursion_limit": 20}):\n        print(event)\n',
    },
    ts: {
      'src/graph.ts': `${TS}${START_TS}${CYCLE_TS}export const app = graph.compile();`,
      'src/main.ts': `import { app } from './graph.js';\nawait app.invoke({ messages: [] }, { recursionLimit: 20 });`,
    },
  },
  {
    name: 'a limit that the graph is configured with, for a server that runs it',
    want: { loops: ['framework 10 grows'] },
    py: `${PY}${CYCLE_PY}app = graph.compile().with_config({"recursion_limit": 20})\n`,
    ts: `${TS}${START_TS}${CYCLE_TS}export const app = graph.compile().withConfig({ recursionLimit: 20 });`,
  },
  {
    name: 'what a test runs it with says nothing',
    want: { loops: ['framework 5004 grows'] },
    wantTs: { loops: ['framework 13 grows'] },
    py: {
      'app/graph.py': `${PY}${CYCLE_PY}app = graph.compile()\n`,
      'tests/test_graph.py': 'from app.graph import app\n\ndef test_it():\n    app.invoke({"messages": []}, {"recursion_limit": 4})\n',
    },
    ts: {
      'src/graph.ts': `${TS}${START_TS}${CYCLE_TS}export const app = graph.compile();`,
      'src/graph.test.ts': `import { app } from './graph.js';\nawait app.invoke({ messages: [] }, { recursionLimit: 4 });`,
    },
  },
  {
    name: 'edges that the deciding function names itself',
    want: { loops: ['framework 5004 grows'] },
    wantTs: { loops: ['framework 13 grows'] },
    py: `${PY}graph.add_conditional_edges("agent", decide)\ngraph.add_edge("tools", "agent")\n`,
    ts: `${TS}${START_TS}${CYCLE_TS}`,
  },
  {
    name: 'nodes that say where to go',
    want: { loops: ['framework 5004 grows'] },
    py: `${PY.replace('    return {"messages": []}\n', '    return Command(goto="agent", update={})\n').replace('import END', 'import END')}from langgraph.types import Command\ngraph.add_conditional_edges("agent", decide)\n`,
  },
  {
    name: 'nodes in a file of their own',
    want: { loops: ['framework 5004 grows'] },
    wantTs: { loops: ['framework 13 grows'] },
    py: {
      'app/nodes.py': `from langchain_openai import ChatOpenAI\nllm = ChatOpenAI(model="gpt-5.4")\ndef call_model(state):\n    return {"messages": [llm.invoke(state["messages"])]}\n`,
      'app/graph.py': `from langgraph.graph import StateGraph\nfrom app.nodes import call_model\ngraph = StateGraph(dict)\ngraph.add_node(call_model)\ngraph.add_edge("call_model", "tools")\ngraph.add_edge("tools", "call_model")\n`,
    },
    ts: {
      'src/nodes.ts': `import { ChatOpenAI } from '@langchain/openai';\nconst llm = new ChatOpenAI({ model: 'gpt-5.4' });\nexport async function callModel(state: { messages: any[] }) { return { messages: [await llm.invoke(state.messages)] }; }\n`,
      'src/graph.ts': `import { StateGraph } from '@langchain/langgraph';\nimport { callModel } from './nodes.ts';\nnew StateGraph({} as any).addNode('agent', callModel).addEdge('agent', 'tools').addEdge('tools', 'agent');\n`,
    },
  },
  {
    name: 'a decision that counts: not known',
    want: { loops: ['framework ? grows'] },
    py: `${PY}def limited(state):\n    return END if state["turns"] > 5 else "tools"\ngraph.add_conditional_edges("agent", limited)\ngraph.add_edge("tools", "agent")\n`,
    ts: `${TS}const limited = (state: any) => (state.turns > 5 ? END : 'tools');\n${START_TS}.addConditionalEdges('agent', limited).addEdge('tools', 'agent');`,
  },
  {
    name: 'a question that is asked anew does not grow',
    want: { loops: ['framework 5004'] },
    py: `${PY.replace('llm.invoke(state["messages"])', 'llm.invoke(state["question"])')}${CYCLE_PY}`,
  },
  {
    name: 'a decision that asks a model',
    want: { loops: ['framework 5004 grows'] },
    py: `${PY.replace('"agent", call_model', '"agent", run_tools')}graph.add_conditional_edges("agent", call_model, {"tools": "tools"})\ngraph.add_edge("tools", "agent")\n`,
  },
  {
    name: 'items of the state are few',
    want: { loops: ['framework 13', 'batch ?'] },
    ts: `${TS.replace('return { messages: [await llm.invoke(state.messages)] };', 'for (const doc of state.messages) await llm.invoke(doc.text); return {};')}${START_TS}${CYCLE_TS}`,
  },
  {
    name: 'a model without tools never comes back from a decision on tool calls',
    want: { loops: [] },
    py: `${PY.replace('.bind_tools([print])', '')}${CYCLE_PY}`,
    ts: `${TS.replace(".bindTools([{ name: 'find' }])", '')}${START_TS}${CYCLE_TS}`,
  },
  {
    name: 'tools that are bound to the model of the same name later',
    want: { loops: ['framework 5004 grows'], tools: '1' },
    py: `${PY.replace('.bind_tools([print])', '\nllm = llm.bind_tools([print])')}${CYCLE_PY}`,
  },
  {
    name: 'no way back: no loop',
    want: { loops: [] },
    py: `${PY}graph.add_edge("agent", "tools")\ngraph.add_edge("tools", END)\n`,
    ts: `${TS}${START_TS}.addEdge('agent', 'tools').addEdge('tools', END);`,
  },
  {
    name: 'a function that is no node: no loop',
    want: { loops: [] },
    py: `${PY.replace('"agent", call_model', '"agent", run_tools')}${CYCLE_PY}`,
  },
];

table(rows);
