import { decodeEdges, utf8 } from '../base64.ts';
import { bareModel } from '../family.ts';
import { geminiImage, imageSizeOf } from '../images.ts';
import { DEEPEST, type Dict, dict, first, isDict, list, text } from '../json.ts';
import { filmTokens, soundTokens } from '../media.ts';
import { about, type Measure, sum } from '../parts.ts';
import type { RequestContext } from './context.ts';

/**
 * How a request is put into the prompt: `words` counts the words of tool declarations and nothing around them (Vertex, and models before 2.5);
 * the Developer API renders declarations from 2.5 on, and marks every message.
 */
export type Rendering = 'words' | '2.5' | '3';

function renderingOf(api: 'developer' | 'vertex' | undefined, model: string): Rendering {
  const version = Number(/gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 3);
  if (api === 'vertex' || version < 2.5) return 'words';
  return version < 3 ? '2.5' : '3';
}

interface Overheads {
  readonly message: number;
  readonly declaration: number;
  readonly property: number;
  readonly described: number;
  readonly required: number;
  readonly choice: number;
  readonly response: number;
  readonly call: number;
  readonly result: number;
  readonly member: number;
}

/** As the recorded calls show them; the fit starts from here. */
const OVERHEADS: Readonly<Record<Rendering, Overheads>> = {
  words: { message: 0, declaration: 0, property: 1.5, described: 0, required: 0.5, choice: 0, response: 0, call: 0, result: 0, member: 0 },
  '2.5': { message: 1, declaration: 14, property: 12, described: 0, required: 0, choice: 1, response: 5, call: 12, result: 12, member: 5 },
  '3': { message: 1, declaration: 10, property: 11, described: 4, required: 7, choice: 4, response: 6, call: 12, result: 12, member: 5 },
};

const MOST_SCHEMAS = 20_000;

/** One request with the names of its constants. */
class GeminiCount {
  readonly context: RequestContext;
  readonly model: string;
  readonly rendering: Rendering;
  /** Schemas that may still be followed: references that multiply must not keep anyone waiting. */
  schemas = MOST_SCHEMAS;

  constructor(context: RequestContext, model: string) {
    this.context = context;
    this.model = model;
    this.rendering = renderingOf(context.family.api, context.family.generation);
  }

  overhead(name: keyof Overheads, spread: number, factor = 1): Measure {
    return this.context.constant([`gemini ${this.rendering} ${name}`], spread, OVERHEADS[this.rendering][name], factor);
  }

  measure(value: unknown): Measure {
    return this.context.measure(value);
  }
}

/** What each message and the system prompt add. */
export const messageMark = (context: RequestContext): number => new GeminiCount(context, '').overhead('message', 0.2).expected;

/** Gemini's generateContent, on the Developer API and on Vertex. Both spellings of fields are read. */
export function countGemini(context: RequestContext, body: Dict, model: string): void {
  const { parts } = context;
  const count = new GeminiCount(context, model);
  const system = first(body, 'systemInstruction', 'system_instruction');
  if (typeof system === 'string') parts.add('system', 'system', context.measure(system), count.overhead('message', 0.2));
  else if (system !== undefined) parts.add('system', 'system', ...partMeasures(count, dict(system)), count.overhead('message', 0.2));
  const contents =
    typeof body.contents === 'string'
      ? [{ parts: [{ text: body.contents }] }]
      : Array.isArray(body.contents)
        ? body.contents
        : body.contents
          ? [body.contents]
          : [];
  const spoken = droppedSignatures(context)
    ? contents.findLastIndex((content) => dict(content).role === 'user' && list(dict(content).parts).some((part) => dict(part).text))
    : -1;
  contents.forEach((content, at) => {
    const role = text(dict(content).role) || 'user';
    const measures = typeof content === 'string' ? [context.measure(content)] : partMeasures(count, dict(content), at < spoken);
    parts.add('message', `message ${at + 1} (${role})`, ...measures, count.overhead('message', 0.2));
  });
  addTools(count, list(body.tools).map(dict));
  addFormat(context, dict(first(body, 'generationConfig', 'generation_config')));
  if (first(body, 'cachedContent', 'cached_content')) parts.unseen('the cached content');
}

/** Gemini 3.0 drops the thoughts of finished turns; later models keep them. */
const droppedSignatures = (context: RequestContext): boolean => /^gemini-3(?!\.[5-9])/.test(context.family.generation);

function partMeasures(count: GeminiCount, content: Dict, finished = false): Measure[] {
  const own = Array.isArray(content.parts) ? content.parts : isDict(content.parts) ? [content.parts] : content.text === undefined ? [] : [content];
  return own.flatMap((part) => (typeof part === 'string' ? [count.measure(part)] : partMeasure(count, dict(part), finished)));
}

function partMeasure(count: GeminiCount, part: Dict, finished: boolean): Measure[] {
  const measures: Measure[] = [];
  if (text(part.text)) measures.push(count.measure(part.text));
  const call = first(part, 'functionCall', 'function_call');
  if (isDict(call)) measures.push(count.measure(call.name), ...valueMeasures(count, call.args, 0), count.overhead('call', 2));
  const result = first(part, 'functionResponse', 'function_response');
  if (isDict(result))
    measures.push(
      count.measure(result.name),
      ...valueMeasures(count, result.response, 0),
      ...partMeasures(count, result),
      count.overhead('result', 2),
    );
  const signature = text(first(part, 'thoughtSignature', 'thought_signature'));
  if (signature && !finished) measures.push(signatureMeasure(count, signature));
  const data = dict(first(part, 'inlineData', 'inline_data'));
  const file = dict(first(part, 'fileData', 'file_data'));
  const mime = text(first(data, 'mimeType', 'mime_type') ?? first(file, 'mimeType', 'mime_type'));
  if (data.data !== undefined || Object.keys(file).length) measures.push(media(count.context, mime, data.data, count.model));
  return measures;
}

/**
 * Replayed thought signatures, by what their first bytes say (some sixty recorded calls): on Gemini 3 a wrapped blob (`E…`) costs about a fifth of a token
 * a character; before, one that arrived in several pieces costs a seventh and one in a single piece nothing; Vertex counts them now and then.
 * Made-up signatures cost nothing.
 */
function signatureMeasure(count: GeminiCount, signature: string): Measure {
  const wrapped = signature.startsWith('E');
  const long = (given: number, each: number): number => Math.max(0, signature.length - given) / each;
  if (wrapped) return spreadBy(long(150, 5), 0.35);
  if (!signature.startsWith('C')) return about(0, 10);
  if (count.context.family.api === 'vertex') {
    const tokens = count.context.family.generation.startsWith('gemini-2') ? signature.length * 0.12 : 0;
    return about(tokens, Math.max(10, tokens));
  }
  return inPieces(signature) ? spreadBy(long(110, 7), 0.25) : about(0, 10);
}

const spreadBy = (tokens: number, share: number): Measure => about(tokens, tokens * share + 10);

/** Whether the first length-delimited field of the blob ends before the blob does. */
function inPieces(signature: string): boolean {
  const bytes = (signature.length * 3) / 4;
  const [, first = 0, second = 0] = Uint8Array.from(decodeHead(signature), (character) => character.charCodeAt(0));
  const length = first < 128 ? first : (first & 127) + second * 128;
  return length + 8 < bytes;
}

function decodeHead(signature: string): string {
  try {
    return atob(signature.slice(0, 8).replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return ''; // no base64: counted as one piece
  }
}

function media(context: RequestContext, mime: string, data: unknown, model: string): Measure {
  const late = !/^gemini-[12]/.test(bareModel(model));
  if (mime.startsWith('image/')) return geminiImage(model, imageSizeOf(data));
  if (mime === 'application/pdf') return context.pdf(late ? 'gemini-3' : 'gemini', data);
  if (mime.startsWith('text/') && data !== undefined) return textFile(context, data);
  if (data === undefined) context.parts.note(`${mime || 'a file'}: the request only points to it, its tokens are not known`);
  if (mime.startsWith('audio/')) return soundTokens(late ? 25 : 32, data);
  return filmTokens(late ? 70 + 25 : 258 + 32, data);
}

function textFile(context: RequestContext, data: unknown): Measure {
  const bytes = decodeEdges(data);
  if (bytes === undefined) return about(text(data).length / 5.5, text(data).length / 20);
  const { expected, spread } = context.measure(utf8(bytes));
  return about(expected, spread + 10);
}

/** Keys and values of arguments and results, with a few tokens around each key. */
function valueMeasures(count: GeminiCount, value: unknown, depth: number): Measure[] {
  if (value === undefined || value === null || depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valueMeasures(count, item, depth + 1));
  if (!isDict(value)) return [count.measure(String(value))];
  return Object.entries(value).flatMap(([key, item]) => [count.measure(key), count.overhead('member', 1), ...valueMeasures(count, item, depth + 1)]);
}

function addTools(count: GeminiCount, tools: readonly Dict[]): void {
  const { parts } = count.context;
  const declarations = tools.flatMap((tool) => list(first(tool, 'functionDeclarations', 'function_declarations'))).map(dict);
  for (const tool of tools) {
    for (const name of Object.keys(tool)) {
      if (name === 'functionDeclarations' || name === 'function_declarations') continue;
      parts.add('tools', `tool ${name}`, about(50, 50));
      parts.note(`${name} runs at the provider: what it reads is not in the body`);
    }
  }
  if (declarations.length) parts.add('tools', 'tools', ...declarations.flatMap((declaration) => declarationMeasures(count, declaration)));
}

function declarationMeasures(count: GeminiCount, declaration: Dict): Measure[] {
  const plain = declaration.parameters;
  const json = first(declaration, 'parametersJsonSchema', 'parameters_json_schema');
  const measures = [count.measure(declaration.name), count.measure(declaration.description), count.overhead('declaration', 2)];
  // Where only words are counted, those of a JSON schema are not.
  if (plain === undefined && count.rendering === 'words') return measures;
  schemaMeasures(count, plain ?? json, measures, definitionsOf(plain ?? json), []);
  const response = first(declaration, 'response', 'responseJsonSchema', 'response_json_schema');
  if (response !== undefined && count.rendering !== 'words') {
    measures.push(count.overhead('response', 2));
    schemaMeasures(count, response, measures, definitionsOf(response), []);
  }
  return measures;
}

const AGAIN = '…';
const definitionsOf = (schema: unknown): Dict => dict(first(dict(schema), '$defs', 'definitions'));

/** How often a schema that refers to itself is written out again: read off one schema (three calls), so the range reaches from not at all to twice that. */
const WRITTEN_AGAIN = 11;

/** Names, descriptions and choices of a schema, with a few tokens around each; what it refers to stands in its place. `within`: the references around it. */
function schemaMeasures(count: GeminiCount, value: unknown, measures: Measure[], definitions: Dict, within: readonly string[]): void {
  if (within.length > DEEPEST || !isDict(value) || count.schemas-- <= 0) return;
  const follow = (inner: unknown, name = '', into = measures): void => schemaMeasures(count, inner, into, definitions, [...within, name]);
  const reference = text(value.$ref).split('/').at(-1) ?? '';
  if (reference && !within.includes(reference)) follow(definitions[reference], reference);
  else if (reference && !within.includes(AGAIN)) {
    const copy: Measure[] = [];
    schemaMeasures(count, definitions[reference], copy, definitions, [...within, AGAIN]);
    const tokens = sum(copy).expected * WRITTEN_AGAIN;
    measures.push(about(tokens, tokens));
    count.context.parts.note('a schema that refers to itself: how often it is written out is not known');
  }
  if (text(value.description)) measures.push(count.measure(value.description), count.overhead('described', 1));
  for (const choice of list(value.enum)) measures.push(count.measure(String(choice)), count.overhead('choice', 0.5));
  for (const name of list(value.required)) {
    if (count.rendering !== 'words') measures.push(count.measure(name));
    measures.push(count.overhead('required', 0.5));
  }
  for (const [name, inner] of Object.entries(dict(value.properties))) {
    measures.push(count.measure(name), count.overhead('property', 1));
    follow(inner);
  }
  if (isDict(value.items)) follow(value.items);
  for (const member of list(value.anyOf)) follow(member);
}

function addFormat(context: RequestContext, config: Dict): void {
  const schema = first(config, 'responseSchema', 'response_schema', 'responseJsonSchema', 'response_json_schema');
  if (schema === undefined) return;
  const { expected } = context.measure(JSON.stringify(schema));
  const share = context.constant(['gemini format share'], 0, 0, expected);
  context.parts.add('format', 'response format', about(share.expected, expected * 0.3));
}
