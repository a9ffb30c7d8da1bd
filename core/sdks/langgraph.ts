import { OMITTED_JS } from './langchain.ts';
import { type CallSpec, defineSdk, type Fields, type LoopSpec, served, type VersionedBound } from './sdk.ts';

/**
 * Only agents that a prebuilt helper makes are calls here: in a graph of one's own, the nodes hold the model calls, and the graph is a loop around them.
 * A limit counts steps of the graph, and a turn of the agent is two: the model and its tools.
 */
const PER_CALL = 2;

const loop = (option: string, fallback: LoopSpec['fallback'], note?: string): LoopSpec => ({
  option,
  fallback,
  needsTools: true,
  perCall: PER_CALL,
  ...(note && { note }),
});

/** Read in the published packages: 25 up to 1.0.5, 10,000 from 1.0.6, 10,007 from 1.1.4. */
const pythonLimit: VersionedBound = {
  package: 'langgraph',
  from: [
    ['1.1.4', 10_007],
    ['1.0.6', 10_000],
    ['0', 25],
  ],
};
const pythonBound = ['config#1.recursion_limit', '@with_config.config#0.recursion_limit', '@with_config.recursion_limit'];
const typescriptBound = ['@1.recursionLimit', '@withConfig.recursionLimit'];

const python: CallSpec = {
  signature: '$agent.{invoke,ainvoke,stream,astream,batch,abatch,astream_events}',
  api: 'agent',
  omittedCap: 'model-maximum',
  fields: {
    model: '@receiver.model#0',
    system: ['@receiver.prompt', '@receiver.state_modifier', '@receiver.messages_modifier'],
    tools: '@receiver.tools#1',
    messages: 'input#0',
    bound: pythonBound,
    hiddenInput: '@receiver.checkpointer',
  },
  loop: loop('recursion_limit', pythonLimit),
};

const typescript: CallSpec = {
  signature: '$agent.{invoke,stream,batch,streamEvents}',
  api: 'agent',
  omittedCap: OMITTED_JS,
  fields: {
    model: '@receiver.llm',
    system: ['@receiver.prompt', '@receiver.stateModifier', '@receiver.messageModifier'],
    tools: '@receiver.tools',
    messages: '@0',
    bound: typescriptBound,
    hiddenInput: ['@receiver.checkpointer', '@receiver.checkpointSaver'],
  },
  loop: loop('recursionLimit', 25, 'LangGraph.js: 25 steps, two for each model call'),
};

/** A node of a graph that is an agent itself: the graph runs it. Its messages are the state. */
const node = (method: string, { fields, ...agent }: CallSpec, makers: readonly string[]): CallSpec => {
  const of = (where: Fields['model']) => [where ?? []].flat().map((w) => w.replace('@receiver.', '@1.'));
  return {
    ...agent,
    signature: `$builder.${method}`,
    shownAt: 1,
    requires: { at: '@1', made: makers },
    fields: {
      model: [...of(fields.model), '@1.model#0'],
      system: [...of(fields.system), '@1.systemPrompt', '@1.system_prompt'],
      tools: of(fields.tools),
      stop: '@1.middleware',
      hiddenInput: '@1',
    },
  };
};

/** A supervisor asks its model whom to hand over to, round by round. What its agents ask their own models comes on top of it. */
const supervisor = (run: CallSpec, make: string, methods: string, bound: readonly string[]): CallSpec => {
  const { needsTools: _, ...always } = run.loop as LoopSpec;
  return {
    ...run,
    signature: `{${make}}()[.compile()].${methods}`,
    fields: {
      model: ['@receiver.llm', '@receiver.model'],
      system: '@receiver.prompt',
      tools: '@receiver.tools',
      messages: 'input#0',
      bound,
      hiddenInput: '@receiver.checkpointer',
    },
    loop: always,
  };
};

export default defineSdk({
  id: 'langgraph',
  name: 'LangGraph',
  source: 'langgraph 1.2.22, langgraph-prebuilt 1.1.2, versions 0.6.10 to 1.1.6 for the recursion limit; @langchain/langgraph 1.4.12 and 1.7.3',
  python: {
    packages: ['langgraph.prebuilt', 'langgraph.graph', 'langgraph_supervisor'],
    provider: 'model',
    objects: { agent: '{create_react_agent,create_tool_calling_executor}()', builder: '{StateGraph,MessageGraph}()' },
    calls: [
      python,
      served(python, '{create_react_agent,create_tool_calling_executor}'),
      supervisor(python, 'create_supervisor', '{invoke,ainvoke,stream,astream}', pythonBound),
      node('add_node', python, ['{create_react_agent,create_tool_calling_executor,create_agent,create_deep_agent}()']),
    ],
    transparent: ['with_config', 'with_retry', 'add_node', 'add_edge', 'add_conditional_edges', 'add_sequence'],
    graph: {
      name: 'LangGraph',
      made: '{StateGraph,MessageGraph,Graph}()',
      node: 'add_node',
      edge: 'add_edge',
      conditional: 'add_conditional_edges',
      configured: 'with_config',
      runs: ['invoke', 'ainvoke', 'stream', 'astream', 'batch', 'abatch', 'astream_events'],
      bound: pythonBound,
      option: 'recursion_limit',
      fallback: pythonLimit,
    },
  },
  typescript: {
    packages: ['@langchain/langgraph', '@langchain/langgraph-supervisor'],
    provider: 'model',
    objects: { agent: 'createReactAgent()', builder: '{StateGraph,MessageGraph}()' },
    calls: [
      typescript,
      served(typescript, 'createReactAgent'),
      supervisor(typescript, 'createSupervisor', '{invoke,stream,streamEvents}', typescriptBound),
      node('addNode', typescript, ['{createReactAgent,createAgent,createDeepAgent}()']),
    ],
    transparent: ['withConfig', 'withRetry', 'addNode', 'addEdge', 'addConditionalEdges', 'addSequence'],
    graph: {
      name: 'LangGraph.js',
      made: '{StateGraph,MessageGraph,Graph}()',
      node: 'addNode',
      edge: 'addEdge',
      conditional: 'addConditionalEdges',
      configured: 'withConfig',
      runs: ['invoke', 'stream', 'batch', 'streamEvents'],
      bound: typescriptBound,
      option: 'recursionLimit',
      fallback: 25,
    },
  },
});
