/** Compiles the SDK descriptions once into what the matcher asks: which description fits an outside value. */
import type { LanguageId } from '../model.ts';
import { sdks } from './index.ts';
import type { CallSpec, ClassSpec, GraphSpec, ModelSpec, Sdk, SdkBinding } from './sdk.ts';

interface Compiled<T> {
  readonly pattern: RegExp;
  readonly spec: T;
}

/** One SDK in one language. */
export interface BoundSdk {
  readonly sdk: Sdk;
  readonly binding: SdkBinding;
  readonly calls: readonly Compiled<CallSpec>[];
  readonly models: readonly Compiled<ModelSpec>[];
  readonly providers: readonly Compiled<NonNullable<SdkBinding['providers']>[number]>[];
}

export interface MatchedCall {
  readonly bound: BoundSdk;
  readonly spec: CallSpec;
  /** The signature within the package, submodules removed. */
  readonly signature: string;
}

/**
 * A pattern as a regular expression over signatures. `()` and `.` stand for themselves, `{a,b}` for alternatives, `[x]` is optional, `*` is one
 * name, `$client` an object of the binding.
 */
export function compilePattern(pattern: string, binding: SdkBinding): RegExp {
  return new RegExp(`^${source(pattern, binding)}$`);
}

function source(pattern: string, binding: SdkBinding): string {
  const transparent = binding.transparent?.length ? `(?:\\.(?:${binding.transparent.join('|')})\\(\\))*` : '';
  return pattern
    .replace(/\$(\w+)/g, (_, name: string) => `<${name}>`)
    .replace(/\(\)/g, '\\(\\)')
    .replace(/\./g, '\\.')
    .replace(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(',', '|')})`)
    .replace(/\[/g, '(?:')
    .replace(/\]/g, ')?')
    .replace(/\*/g, '\\w+')
    .replace(/<(\w+)>/g, (_, name: string) => {
      const object = binding.objects?.[name];
      const alternatives = (typeof object === 'string' ? [object] : (object ?? [])).map((o) => source(o, { ...binding, objects: {} }));
      return `(?:${alternatives.join('|')})${transparent}`;
    });
}

const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

function bind(sdk: Sdk, binding: SdkBinding): BoundSdk {
  const compile = <T>(patterns: string | readonly string[], spec: T): Compiled<T>[] =>
    list(patterns).map((p) => ({ pattern: compilePattern(p, binding), spec }));
  return {
    sdk,
    binding,
    calls: binding.calls.flatMap((spec) => compile(spec.signature, spec)),
    models: (binding.models ?? []).flatMap((spec) => compile(spec.make, spec)),
    providers: (binding.providers ?? []).flatMap((p) => compile(p.made, p)),
  };
}

export type Family = 'python' | 'typescript';
export const familyOf = (language: LanguageId): Family => (language === 'python' ? 'python' : 'typescript');

interface PackageEntry {
  readonly name: string;
  readonly bounds: readonly BoundSdk[];
}

function packages(family: Family): ReadonlyMap<string, PackageEntry> {
  const map = new Map<string, { name: string; bounds: BoundSdk[] }>();
  for (const sdk of sdks) {
    const binding = sdk[family];
    if (!binding) continue;
    const bound = bind(sdk, binding);
    for (const name of binding.packages) {
      const entry = map.get(name) ?? { name, bounds: [] };
      entry.bounds.push(bound);
      map.set(name, entry);
    }
  }
  return map;
}

const byFamily: Record<Family, ReadonlyMap<string, PackageEntry>> = { python: packages('python'), typescript: packages('typescript') };

/** The name of a package as it is published: `npm:openai@4.20.1`, `https://esm.sh/openai@4` and `https://deno.land/x/openai@v4/mod.ts` in Deno. */
function published(module: string): string {
  const [, path = module] =
    /^(?:npm:\/?|jsr:\/?|https:\/\/(?:esm\.(?:sh|run)|cdn\.skypack\.dev|deno\.land\/x|cdn\.jsdelivr\.net\/npm|unpkg\.com)\/(?:v\d+\/)?)(.+)$/.exec(
      module,
    ) ?? [];
  return path === module ? module : path.replace(/^(@[^/@]+\/[^/@]+|[^/@]+)@[^/?]*/, '$1').replace(/(\/(mod|index)\.[jt]s)?(\?.*)?$/, '');
}

/** The SDK package that a module belongs to: itself, or the one it is a submodule of. */
function packageOf(module: string, family: Family): PackageEntry | undefined {
  const map = byFamily[family];
  const separator = family === 'python' ? '.' : '/';
  for (let name = family === 'typescript' ? published(module) : module; name; name = name.slice(0, Math.max(name.lastIndexOf(separator), 0))) {
    const found = map.get(name) ?? (family === 'typescript' && name.includes('/') ? map.get(`${name.slice(0, name.lastIndexOf('/'))}/*`) : undefined);
    if (found) return found;
  }
  return undefined;
}

export function isSdkModule(module: string, family?: Family): 'strong' | 'weak' | undefined {
  const found = family ? packageOf(module, family) : (packageOf(module, 'python') ?? packageOf(module, 'typescript'));
  const bounds = found?.bounds.filter((b) => !b.binding.http) ?? [];
  if (bounds.length === 0) return undefined;
  return bounds.every((b) => b.binding.weak) ? 'weak' : 'strong';
}

/** An outside value as package and signature within it; undefined when it belongs to no SDK. */
function locate(
  module: string,
  written: string,
  family: Family,
): { readonly entry: PackageEntry; readonly signatures: readonly string[]; readonly module: string } | undefined {
  // `Agent[Deps, Out](…)` makes an Agent.
  const signature = written.replaceAll('[]()', '()');
  if (family === 'typescript') {
    const entry = packageOf(module, family);
    // `const axios = require('axios')`: the package itself is what it exports by default.
    const whole = signature === '' ? 'default' : `default.${signature}`;
    return entry && { entry, signatures: [signature, ...(signature.startsWith('default') ? [] : [whole])], module };
  }
  // `import google.genai`: the package is named by what follows the import.
  const full = signature ? `${module}.${signature}` : module;
  const names = full.split(/(?=[.(])/)[0] === full ? [full] : [full];
  const head = (names[0] ?? full).split('(')[0] ?? full;
  let entry: PackageEntry | undefined;
  let size = 0;
  for (let name = head; name; name = name.slice(0, Math.max(name.lastIndexOf('.'), 0))) {
    entry = byFamily.python.get(name);
    if (entry) {
      size = name.length;
      break;
    }
  }
  if (!entry) return undefined;
  const rest = full.slice(size + 1);
  const signatures = [rest];
  // Submodules: `chat_models.base.ChatOpenAI()` is `ChatOpenAI()`.
  let inner = rest;
  for (let match = /^[a-z_][a-z0-9_]*\./.exec(inner); match; match = /^[a-z_][a-z0-9_]*\./.exec(inner)) {
    inner = inner.slice(match[0].length);
    signatures.push(inner);
  }
  return { entry, signatures, module };
}

const cache = new Map<string, readonly MatchedCall[]>();

/** The billed calls that a callee's signature may stand for: several when what they require tells them apart. */
export function matchCalls(module: string, signature: string, family: Family): readonly MatchedCall[] {
  const key = `${family}|${module}|${signature}`;
  const seen = cache.get(key);
  if (seen) return seen;
  const found = findCalls(module, signature, family);
  if (cache.size > 20_000) cache.clear();
  cache.set(key, found);
  return found;
}

function findCalls(module: string, signature: string, family: Family): readonly MatchedCall[] {
  const place = locate(module, signature, family);
  if (!place) return [];
  return place.signatures.flatMap((text) =>
    place.entry.bounds.flatMap((bound) => bound.calls.filter((c) => c.pattern.test(text)).map((c) => ({ bound, spec: c.spec, signature: text }))),
  );
}

export interface MatchedModel {
  readonly bound: BoundSdk;
  readonly spec: ModelSpec;
}

/** The model object that an outside value is. */
export function matchModel(module: string, signature: string, family: Family): MatchedModel | undefined {
  const place = locate(module, signature, family);
  if (!place) return undefined;
  for (const text of place.signatures) {
    for (const bound of place.entry.bounds) {
      const model = bound.models.find(
        (m) => (m.spec.package === undefined || m.spec.package === place.entry.name || m.spec.package === module) && m.pattern.test(text),
      );
      if (model) return { bound, spec: model.spec };
    }
  }
  return undefined;
}

/** True when the outside value is made by one of the patterns, in any SDK package of the binding. */
export function isMade(bound: BoundSdk, patterns: readonly string[], module: string, signature: string, family: Family): boolean {
  const place = locate(module, signature, family);
  if (!place?.entry.bounds.includes(bound)) return false;
  return place.signatures.some((s) => patterns.some((p) => compilePattern(p, bound.binding).test(s)));
}

/** The same for an SDK package of any description: one framework takes what another makes. */
export function isMadeAnywhere(patterns: readonly string[], module: string, signature: string, family: Family): boolean {
  const bounds = locate(module, signature, family)?.entry.bounds ?? [];
  return bounds.some((bound) => isMade(bound, patterns, module, signature, family));
}

export interface BoundGraph {
  readonly bound: BoundSdk;
  readonly spec: GraphSpec;
  /** True when a value, whatever was called on it, began as such a graph. */
  readonly makes: (module: string, signature: string) => boolean;
}

const graphs: Record<Family, readonly BoundGraph[]> = { python: graphsOf('python'), typescript: graphsOf('typescript') };

function graphsOf(family: Family): readonly BoundGraph[] {
  const bounds = new Set([...byFamily[family].values()].flatMap((entry) => entry.bounds));
  return [...bounds].flatMap((bound) => {
    const { graph: spec } = bound.binding;
    if (!spec) return [];
    const makes = (module: string, signature: string) =>
      isMade(bound, list(spec.made), module, signature.slice(0, signature.indexOf('()') + 2), family);
    return [{ bound, spec, makes }];
  });
}

/** SDKs that run graphs of functions. */
export const graphSdk = (family: Family): readonly BoundGraph[] => graphs[family];

/** What a class decorator of an SDK means; undefined for other names. */
export function conventionOf(module: string, signature: string): ClassSpec | undefined {
  const bounds = packageOf(module, 'python')?.bounds ?? [];
  return bounds
    .flatMap(({ binding }) => binding.classes ?? [])
    .find(({ decorator }) => decorator === signature.slice(signature.lastIndexOf('.') + 1));
}

/** The class of an SDK of which a function of it hands an object, under a name, to the functions it is given. */
export function handedBy(module: string, signature: string, name: string): string | undefined {
  const bounds = packageOf(module, 'typescript')?.bounds ?? [];
  return bounds.flatMap(({ binding }) => binding.hands ?? []).find((h) => h.name === name && h.by.includes(signature))?.made;
}

/** Whose price list a client class stands for, when it is not the binding's. `isSet`: whether an option of the client is given. */
export function providerOfClient(
  bound: BoundSdk,
  { module, signature }: { readonly module: string; readonly signature: string },
  isSet: (option: string) => boolean,
): SdkBinding['provider'] {
  const made = signature.slice(0, signature.indexOf('()') + 2);
  const names = [made, made.slice(made.lastIndexOf('.') + 1)];
  const own = bound.providers.find(
    ({ pattern, spec }) => names.some((n) => pattern.test(n)) && (!spec.when || isSet(spec.when)) && (!spec.package || spec.package === module),
  );
  return own?.spec.provider ?? bound.binding.provider;
}

/** The last names of all billed calls, to skip other calls without evaluating them; `http`: requests to anywhere too. */
function leafNames(http: boolean): ReadonlySet<string> {
  const names = new Set<string>();
  for (const family of ['python', 'typescript'] as const)
    for (const { bounds } of byFamily[family].values())
      for (const { binding } of bounds.filter((b) => http || !b.binding.http))
        for (const spec of binding.calls)
          for (const signature of list(spec.signature)) {
            const leaf = /(?:^|\.)(\{[^}]*\}|\w+|\$\w+)$/.exec(signature.replace(/\[[^\]]*\]/g, ''))?.[1] ?? '()';
            if (leaf.startsWith('$')) names.add('()');
            else for (const name of leaf.replace(/[{}]/g, '').split(',')) names.add(name);
          }
  return names;
}

export const callLeafNames: ReadonlySet<string> = leafNames(true);

/** Matches text in which some billed call may stand. */
export const callMention = new RegExp(`\\b(?:${[...leafNames(false)].filter((n) => /^\w+$/.test(n)).join('|')})\\s*\\(`);

const mentions = sdks.flatMap((sdk) =>
  [sdk.python, sdk.typescript].flatMap((binding) => [binding?.http?.mention ?? [], binding?.mention ?? []].flat().map((m) => m.source)),
);

/** Matches text that names an endpoint of a provider's API. */
export const endpointMention = new RegExp([...new Set(mentions)].join('|'));
