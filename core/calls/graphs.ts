/** The rounds that a hand-built graph of nodes makes around a call: cycles of its edges, and the limit on its steps. */
import type { Expr, Fn } from '../frontends/source-unit.ts';
import { type Known, known, type LoopContext, unknown } from '../model.ts';
import type { Evaluator } from '../program/evaluate.ts';
import { contains } from '../program/frames.ts';
import type { CallInfo, UnitIndex } from '../program/unit-index.ts';
import type { Env, ExternalValue, Value } from '../program/values.ts';
import { exprSome, someExpr } from '../program/visit.ts';
import { type BoundSdk, familyOf, graphSdk } from '../sdks/registry.ts';
import type { GraphSpec } from '../sdks/sdk.ts';
import { numberOf } from './bounds.ts';
import { type Level, outermost } from './levels.ts';
import { isGiven, locate } from './locate.ts';
import { boundByVersion, versionOf } from './versions.ts';

/** A graph under construction: the call that makes it, its nodes and its edges by name. */
interface Graph {
  readonly bound: BoundSdk;
  readonly spec: GraphSpec;
  readonly made: Expr;
  readonly index: UnitIndex;
  readonly nodes: Map<string, Fn | undefined>;
  readonly edges: Map<string, Set<string>>;
  /** What decides where to go behind a node. */
  readonly choices: Map<string, Fn[]>;
}

const END = '__end__';
const NONE: readonly Graph[] = [];
/** Graphs by the unit that builds them, for as long as its evaluator lives. */
const built: WeakMap<Evaluator, Map<UnitIndex, readonly Graph[]>> = new WeakMap();

/** What the call sends: `grows`: more with each round · `hasTools`: tools that the model may call, or may have. */
interface Sent {
  readonly grows: boolean;
  readonly hasTools: boolean;
}

/** The loop that a graph makes of the node, or of the decision behind one, that a call stands in; undefined when it stands in none, or its node is on no cycle. */
export function graphLoop(evaluator: Evaluator, levels: readonly Level[], { grows, hasTools }: Sent): LoopContext | undefined {
  for (const level of levels) {
    const fn = outermost(level.info.frame, level.env.index)?.fn;
    if (!fn) continue;
    for (const unit of builders(evaluator, fn, level.env.index)) {
      for (const graph of graphsIn(evaluator, unit)) {
        const name = [...graph.nodes].find(([, node]) => node === fn)?.[0] ?? [...graph.choices].find(([, fns]) => fns.includes(fn))?.[0];
        const steps = name === undefined ? undefined : cycleLength(graph, name);
        if (name === undefined || !steps || (!hasTools && asksForTools(graph, name))) continue;
        return loopOf(evaluator, graph, name, steps, grows);
      }
    }
  }
  return undefined;
}

/** The way on depends on tool calls in the answer: a model without tools makes none. */
function asksForTools(graph: Graph, node: string): boolean {
  const deciding = graph.choices.get(node) ?? [];
  return deciding.length > 0 && deciding.every((fn) => /tool_?calls/i.test(graph.index.unit.text.slice(fn.start, fn.end)));
}

/** Units that may build a graph with this function as a node: its own, and those that import it when it takes a state. */
function* builders(evaluator: Evaluator, fn: Fn, index: UnitIndex): Iterable<UnitIndex> {
  yield index;
  const { program } = evaluator;
  const [first] = fn.params.filter((p) => !(p.target.kind === 'name' && /^(self|cls)$/.test(p.target.name)));
  const text = first ? index.unit.text.slice(first.start, first.end) : '';
  if (!evaluator.follows.callers || !/state/i.test(text)) return;
  for (const path of program.importers(index.unit.path)) {
    const unit = NODES.test(program.read(path) ?? '') ? program.unit(path) : undefined;
    if (unit) yield unit;
  }
}

const NODES = /\b(add_node|addNode)\s*\(/;

function graphsIn(evaluator: Evaluator, index: UnitIndex): readonly Graph[] {
  const units = built.get(evaluator) ?? new Map<UnitIndex, readonly Graph[]>();
  built.set(evaluator, units);
  const seen = units.get(index);
  if (seen) return seen;
  units.set(index, NONE);
  const graphs = NODES.test(index.unit.text) ? build(evaluator, index) : NONE;
  units.set(index, graphs);
  return graphs;
}

function build(evaluator: Evaluator, index: UnitIndex): readonly Graph[] {
  const graphs = new Map<Expr, Graph>();
  const each = (names: (spec: GraphSpec) => string, visit: (graph: Graph, info: CallInfo, env: Env) => void): void => {
    for (const spec of graphSdk(familyOf(index.unit.language)).map((b) => b.spec)) {
      for (const info of index.callsByName.get(names(spec)) ?? []) {
        const env: Env = { index, frame: info.frame };
        const graph = graphOf(graphs, evaluator.evaluate(info.call.callee, env), index);
        if (graph) visit(graph, info, env);
      }
    }
  };
  each(
    (spec) => spec.node,
    (graph, info, env) => addNode(evaluator, graph, info, env),
  );
  each(
    (spec) => spec.edge,
    (graph, { call }, env) => {
      const [from, to] = call.args.map((a) => namesOf(evaluator.evaluate(a.value, env)));
      for (const start of from ?? []) for (const end of to ?? []) connect(graph, start, end);
    },
  );
  each(
    (spec) => spec.conditional,
    (graph, info, env) => addChoice(evaluator, graph, info, env),
  );
  return [...graphs.values()];
}

function graphOf(graphs: Map<Expr, Graph>, callee: Value, index: UnitIndex): Graph | undefined {
  const made = callee.kind === 'external' ? callee.calls[0]?.call : undefined;
  if (callee.kind !== 'external' || !made) return undefined;
  const seen = graphs.get(made);
  if (seen) return seen;
  const found = graphSdk(familyOf(index.unit.language)).find((b) => b.makes(callee.module, callee.signature));
  if (!found) return undefined;
  const graph: Graph = { bound: found.bound, spec: found.spec, made, index, nodes: new Map(), edges: new Map(), choices: new Map() };
  graphs.set(made, graph);
  return graph;
}

const connect = (graph: Graph, from: string, to: string): void => {
  const ends = graph.edges.get(from) ?? new Set<string>();
  graph.edges.set(from, ends.add(to));
};

/** Names of nodes: texts, lists of them, `END`. */
function namesOf(value: Value): readonly string[] {
  if (value.kind === 'const') return typeof value.value === 'string' ? [value.value] : [];
  if (value.kind === 'array') return value.items.flatMap((i) => namesOf(i.value));
  if (value.kind === 'choice') return value.options.flatMap(namesOf);
  if (value.kind === 'external' && /(^|\.)END$/.test(value.signature)) return [END];
  return [];
}

/** `add_node("agent", call_model)`, `add_node(call_model)`, and where a node says itself what comes next. */
function addNode(evaluator: Evaluator, graph: Graph, { call }: CallInfo, env: Env): void {
  const [first, second] = call.args.filter((a) => a.name === undefined).map((a) => evaluator.evaluate(a.value, env));
  const fn = [second, first].find((v) => v?.kind === 'function');
  const name = first ? (namesOf(first)[0] ?? (fn?.kind === 'function' ? fn.fn.name : undefined)) : undefined;
  if (!name) return;
  graph.nodes.set(name, fn?.kind === 'function' ? fn.fn : undefined);
  const ends = evaluator.argument({ call, env }, 'ends', undefined) ?? evaluator.argument({ call, env }, 'destinations', undefined);
  if (ends) for (const end of namesOf(ends)) connect(graph, name, end);
  if (fn?.kind !== 'function') return;
  const { index } = fn.env;
  const inside = index.frames.get(fn.fn);
  for (const jump of index.callsByName.get('Command') ?? []) {
    if (!inside || !contains(inside, jump.frame)) continue;
    const goto = evaluator.argument({ call: jump.call, env: { index, frame: jump.frame } }, 'goto', undefined);
    if (goto) for (const end of namesOf(goto)) connect(graph, name, end);
  }
}

/** `add_conditional_edges("agent", decide, {"go on": "tools", "end": END})`. */
function addChoice(evaluator: Evaluator, graph: Graph, { call }: CallInfo, env: Env): void {
  const [from, path, map] = call.args.map((a) => evaluator.evaluate(a.value, env));
  const starts = from ? namesOf(from) : [];
  const ends = map ? targetsOf(evaluator, map) : path ? returnedNames(evaluator, path) : [];
  for (const start of starts) {
    for (const end of ends) connect(graph, start, end);
    if (path?.kind === 'function') graph.choices.set(start, [...(graph.choices.get(start) ?? []), path.fn]);
  }
}

function targetsOf(evaluator: Evaluator, map: Value): readonly string[] {
  if (map.kind !== 'object') return namesOf(map);
  return map.expr.entries.flatMap((e) => namesOf(evaluator.evaluate(e.value, map.env)));
}

/** Where a function that decides may go: the names it returns, or the tools and the end for the prebuilt one. */
function returnedNames(evaluator: Evaluator, path: Value): readonly string[] {
  if (path.kind === 'external') return /(^|\.)tools_?condition$/i.test(path.signature) ? ['tools', END] : [];
  if (path.kind !== 'function') return [];
  const { index } = path.env;
  return (index.returns.get(path.fn) ?? []).flatMap((r) => (r.value ? namesOf(evaluator.evaluate(r.value, { index, frame: r.frame })) : []));
}

/** Steps of the shortest way from a node back to itself; 0 when there is none. */
function cycleLength(graph: Graph, node: string): number {
  const seen = new Set<string>();
  let ring: readonly string[] = [node];
  for (let steps = 1; ring.length > 0; steps++) {
    const next = new Set(ring.flatMap((n) => [...(graph.edges.get(n) ?? [])]));
    if (next.has(node)) return steps;
    ring = [...next].filter((n) => n !== END && !seen.has(n));
    for (const n of ring) seen.add(n);
  }
  return 0;
}

function loopOf(evaluator: Evaluator, graph: Graph, node: string, steps: number, grows: boolean): LoopContext {
  const { spec, index, made } = graph;
  const at = evaluator.at(made, { index, frame: index.module });
  const base = { kind: 'framework' as const, at, grows, option: spec.option };
  if (counts(graph, node)) return { ...base, bound: unknown('dynamic', at) };
  const given = limitOf(evaluator, graph);
  if (given) return { ...base, bound: given.kind === 'known' ? known(Math.max(1, Math.ceil(given.value / steps)), given.at, given.via) : given };
  const { fallback } = spec;
  const perCall = (limit: number) => known(Math.max(1, Math.ceil(limit / steps)), at, 'default');
  if (typeof fallback === 'number')
    return { ...base, bound: perCall(fallback), note: `${spec.name}: ${fallback} steps, ${steps} for each model call` };
  const version = versionOf((path) => evaluator.program.read(path), index.unit.path, evaluator.program.root, fallback.package);
  const { bound, note } = boundByVersion(fallback, version);
  return { ...base, bound: bound === 'none' ? { kind: 'none', at } : perCall(bound), note };
}

/** What decides on the cycle counts something, or asks how many steps are left: its bound is the program's own. */
function counts(graph: Graph, node: string): boolean {
  const on = [...graph.edges.keys()].filter((n) => reaches(graph, node, n) && reaches(graph, n, node));
  const compares = (e: Expr): boolean =>
    e.kind === 'binary' && (/^(<|<=|>|>=)$/.test(e.op) || (/^(==|!=)$/.test(e.op) && COUNTER.test(text(e, graph))));
  const asks = (e: Expr): boolean =>
    (e.kind === 'string' && /^(remaining_steps|is_last_step)$/.test(e.value)) ||
    (e.kind === 'member' && /^(remainingSteps|isLastStep)$/.test(e.name));
  return [node, ...on].some((n) => {
    const deciding = graph.choices.get(n) ?? [];
    const own = graph.nodes.get(n);
    return deciding.some((fn) => someExpr(fn.body, (e) => exprSome(e, compares) || asks(e))) || (own !== undefined && someExpr(own.body, asks));
  });
}

const COUNTER = /max_?\w|limit|iter|count|steps?\b|turns?\b|attempt|retr|remaining|revision|depth|round|\blen\b|length/i;
const text = (e: Expr, { index }: Graph): string => index.unit.text.slice(e.start, e.end);

function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    for (const end of graph.edges.get(n) ?? []) {
      if (end === to) return true;
      if (!seen.has(end)) open.push(end);
      seen.add(end);
    }
  }
  return from === to;
}

/** More importers than this are not looked through for runs. */
const MAX_IMPORTERS = 20;

/** Calls of methods of a graph in the unit that builds it and in those that import that one: what is called, and the call. Tests tell nothing of the program. */
function* callsOn(
  evaluator: Evaluator,
  { index, made }: Graph,
  methods: readonly string[],
): Iterable<{ readonly callee: ExternalValue; readonly info: CallInfo; readonly env: Env }> {
  const { program, follows } = evaluator;
  const importers = follows.callers ? program.importersInUse(index.unit.path) : [];
  for (const unit of [index, ...importers.slice(0, MAX_IMPORTERS).flatMap((path) => program.unit(path) ?? [])]) {
    for (const info of methods.flatMap((name) => unit.callsByName.get(name) ?? [])) {
      const env: Env = { index: unit, frame: info.frame };
      const callee = evaluator.evaluate(info.call.callee, env);
      if (callee.kind === 'external' && callee.calls[0]?.call === made) yield { callee, info, env };
    }
  }
}

/** The largest limit that runs of the graph are given; undefined where one is given none. A graph that another program runs has what it is configured with. */
function limitOf(evaluator: Evaluator, graph: Graph): Known<number> | undefined {
  const { spec, bound } = graph;
  let largest: Known<number> | undefined;
  const runs = [...callsOn(evaluator, graph, spec.runs)];
  for (const { callee, info, env } of runs.length > 0 ? runs : configured(evaluator, graph)) {
    const value = locate({ evaluator, bound, made: { call: info.call, env }, callee }, spec.bound);
    if (!value || !isGiven(value)) return value?.kind === 'unknown' && value.why === 'spread' ? value : undefined;
    const limit = numberOf(value);
    if (limit === undefined || value.kind !== 'const') return unknown('dynamic', value.at);
    if (largest?.kind !== 'known' || limit > largest.value) largest = known(limit, value.at, value.via);
  }
  return largest;
}

/** The graph as `with_config` makes it, for runs that the code does not show. */
function* configured(evaluator: Evaluator, graph: Graph): ReturnType<typeof callsOn> {
  for (const { info, env } of callsOn(evaluator, graph, [graph.spec.configured])) {
    const callee = evaluator.evaluate(info.call, env);
    if (callee.kind === 'external') yield { callee, info, env };
  }
}
