/** What a call site of the code is recognised by in a live request. */
import { type CallSite, type PromptSegment, valueOf } from '../model.ts';
import type { SiteFingerprint, SiteSegment } from '../protocol/observed.ts';
import { type Hash, headName, tailName, toolsName, wholeName } from './texts.ts';

/** SDKs that send the tools of the code and no others. Frameworks add theirs: hand-offs, output schemas, memory. */
const SENDS_AS_WRITTEN: ReadonlySet<string> = new Set([
  'anthropic',
  'openai',
  'google-genai',
  'bedrock',
  'litellm',
  'vercel-ai',
  'groq',
  'together',
  'cerebras',
  'mistral',
]);

/** How prompts begin in a thousand programs, and the whole of many. */
const GENERIC =
  /^\W*(you are|you're|act as|be)( an?| the)?( very| extremely)?( helpful| useful| friendly| expert| smart| professional)*,?( ai| chat| virtual)* ?(assistant|bot|chatbot|agent|expert|ai)\b/i;
/** Shorter texts may be anybody's, and so may generic ones up to this length. UTF-16 units. */
const SHORT = 16;
const GENERIC_UNTIL = 48;

const isWeak = (text: string, length: number): boolean => length < SHORT || (length <= GENERIC_UNTIL && GENERIC.test(text));

export interface SiteName {
  /** As `siteIds` gives it. */
  readonly id: string;
  /** `src/agent.ts:42`. */
  readonly name: string;
}

export function siteFingerprint(site: CallSite, { id, name }: SiteName, hash: Hash): SiteFingerprint {
  const tools = toolNamesOf(site);
  return {
    id,
    name,
    ...(site.provider === 'unknown' || site.provider === 'other' ? {} : { provider: site.provider }),
    models: modelsOf(site),
    ...(tools === undefined ? {} : { tools: toolsName(tools, hash) }),
    segments: groupsOf(site).flatMap((group) => namesOfGroup(group, hash)),
  };
}

/** All models that the code may ask for; none where one of them is not known, or only a default that the environment or a caller may replace. */
function modelsOf(site: CallSite): string[] {
  const models = [site.model, ...site.alternatives].flatMap((model) =>
    model.kind === 'known' && model.via !== 'default' && model.via !== 'env-default' ? [model.value] : [],
  );
  return models.length <= site.alternatives.length ? [] : [...new Set(models)];
}

/** Names of all tools in their order; undefined where the code does not show them all, or more are sent than it shows. */
function toolNamesOf(site: CallSite): readonly string[] | undefined {
  if (!SENDS_AS_WRITTEN.has(site.sdk) || site.options?.open !== false) return undefined;
  const tools = site.segments.filter(({ role }) => role === 'tools');
  if (tools.length === 0) return valueOf(site.toolCount) === 0 ? [] : undefined;
  if (tools.some(({ many }) => many)) return undefined;
  const names = tools.map(({ text }) => namesIn(valueOf(text)));
  return names.includes(undefined) ? undefined : (names as string[][]).flat();
}

type Json = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names in a tool's definition, in the shapes of all providers; none for a tool of the provider's own that has no name. */
function namesIn(text: string | undefined): string[] | undefined {
  const tool = text === undefined ? undefined : parsed(text);
  if (!isRecord(tool)) return undefined;
  const many = tool.functionDeclarations ?? tool.function_declarations;
  if (Array.isArray(many)) {
    const names = many.map((one: unknown) => (isRecord(one) ? one.name : undefined));
    return names.every((name) => typeof name === 'string') ? names : undefined;
  }
  const holder = [tool, tool.function, tool.toolSpec].find((one) => isRecord(one) && typeof one.name === 'string');
  if (isRecord(holder)) return [String(holder.name)];
  return typeof tool.type === 'string' && tool.type !== 'function' && tool.type !== 'custom' ? [] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Group {
  readonly role: 'system' | 'user';
  readonly item: number;
  readonly pieces: readonly PromptSegment[];
}

/** The system prompt, block by block, and the first message of the user where nothing that is not known may stand before it. */
function groupsOf(site: CallSite): Group[] {
  const groups: { role: 'system' | 'user'; item: number; pieces: PromptSegment[] }[] = [];
  let firstUser: number | undefined;
  for (const segment of site.segments) {
    const { role, item } = segment;
    if (role === 'tools') continue;
    if (role !== 'system') {
      if (firstUser === undefined && (segment.many || role !== 'user')) firstUser = -1;
      firstUser ??= item;
      if (role !== 'user' || item !== firstUser) continue;
    }
    const known = groups.find((group) => group.role === role && group.item === item);
    if (known) known.pieces.push(segment);
    else groups.push({ role, item, pieces: [segment] });
  }
  return groups;
}

/** Texts that one piece may be: branches of the code choose one of several, and indentation may be taken out before it is sent. */
const textsOf = (piece: PromptSegment): readonly string[] => {
  const text = valueOf(piece.text);
  return piece.many || text === undefined ? [] : (piece.oneOf ?? [text]).flatMap((one) => [...new Set([one, dedented(one)])]);
};

/** As `textwrap.dedent`, `inspect.cleandoc` and the packages of that name leave it: without the indentation that all lines have, the first one aside. */
function dedented(text: string): string {
  const lines = text.split('\n').map((line) => (line.trim() === '' ? '' : line));
  const widths = lines.slice(1).flatMap((line) => (line === '' ? [] : [/^[ \t]*/.exec(line)?.[0].length ?? 0]));
  const width = Math.min(...widths);
  if (widths.length === 0 || width === 0) return text;
  return [lines[0]?.trimStart() ?? '', ...lines.slice(1).map((line) => line.slice(width))].join('\n');
}

/**
 * A message of several pieces may be one text (a template) or one text each (blocks): both are named. A whole text is named by its beginning and end, too, since
 * frameworks put their own words before or behind it.
 */
function namesOfGroup({ role, item, pieces }: Group, hash: Hash): SiteSegment[] {
  const found = new Map<string, SiteSegment>();
  const add = (part: SiteSegment['part'], name: { hash: string; length: number } | undefined, weak: boolean): void => {
    if (name) found.set(`${part} ${name.hash}`, { role, item, part, ...name, ...(weak ? { weak } : {}) });
  };
  const addPart = (part: 'head' | 'tail', text: string): void => {
    const name = part === 'head' ? headName(text, hash) : tailName(text, hash);
    add(part, name, isWeak(text, name?.length ?? 0));
  };
  const addWhole = (part: 'whole' | 'block', text: string): void => {
    const plain = text.trim();
    if (plain === '') return;
    add(part, { hash: wholeName(text, hash), length: plain.length }, isWeak(plain, plain.length));
    if (part === 'block') return;
    addPart('head', text);
    addPart('tail', text);
  };
  const [first] = pieces;
  if (pieces.length === 1 && first) {
    for (const text of textsOf(first)) addWhole('whole', text);
    return [...found.values()];
  }
  const texts = pieces.map((piece) => (piece.many || piece.oneOf ? undefined : valueOf(piece.text)));
  const from = texts.indexOf(undefined);
  if (from < 0) addWhole('whole', texts.join(''));
  else {
    addPart('head', texts.slice(0, from).join(''));
    addPart('tail', texts.slice(texts.lastIndexOf(undefined) + 1).join(''));
  }
  for (const text of pieces.flatMap(textsOf)) addWhole('block', text);
  return [...found.values()];
}

/** Longest piece of code in an id. */
const MAX_CALLEE = 80;

/**
 * `src/agent.ts#client.messages.create#0`: what is called, and the how-manieth of these in its file. `path`: relative to the workspace folder. It stays the same while
 * lines move and other calls come and go.
 */
export function siteIds(path: string, callees: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return callees.map((callee) => {
    const name = callee.replaceAll(/[\s#]+/g, '').slice(0, MAX_CALLEE);
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return `${path}#${name}#${nth}`;
  });
}

/** The path in an id. */
export const pathOfSite = (id: string): string => id.slice(0, id.lastIndexOf('#', id.lastIndexOf('#') - 1));
