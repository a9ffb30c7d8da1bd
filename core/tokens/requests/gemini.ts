import { geminiImage, imageSizeOf, pdfPages } from '../images.ts';
import { type Dict, dict, first, isDict, list, text } from '../json.ts';
import { about, type Measure } from '../parts.ts';
import type { RequestContext } from './context.ts';

/** Gemini's generateContent, on the Developer API and on Vertex, which counts tool declarations far lower. Both spellings of fields are read. */
export function countGemini(context: RequestContext, body: Dict, model: string): void {
  const { parts } = context;
  const system = first(body, 'systemInstruction', 'system_instruction');
  if (typeof system === 'string') parts.add('system', 'system', context.measure(system));
  else if (system !== undefined) parts.add('system', 'system', ...partMeasures(context, dict(system), model));
  const contents = typeof body.contents === 'string' ? [{ parts: [{ text: body.contents }] }] : Array.isArray(body.contents) ? body.contents : body.contents ? [body.contents] : [];
  contents.forEach((content, at) => {
    const role = text(dict(content).role) || 'user';
    const measures = typeof content === 'string' ? [context.measure(content)] : partMeasures(context, dict(content), model);
    parts.add('message', `message ${at + 1} (${role})`, ...measures);
  });
  addTools(context, list(body.tools).map(dict));
  addFormat(context, dict(first(body, 'generationConfig', 'generation_config')));
  parts.add('overhead', 'request', context.constant([`gemini request ${context.family.api}`], 1, 1));
  if (first(body, 'cachedContent', 'cached_content')) parts.note('the cached content is not in the body: at least this much');
}

function partMeasures(context: RequestContext, content: Dict, model: string): Measure[] {
  const own = Array.isArray(content.parts) ? content.parts : isDict(content.parts) ? [content.parts] : content.text === undefined ? [] : [content];
  return own.flatMap((part) => (typeof part === 'string' ? [context.measure(part)] : partMeasure(context, dict(part), model)));
}

function partMeasure(context: RequestContext, part: Dict, model: string): Measure[] {
  const measures: Measure[] = [];
  if (text(part.text)) measures.push(context.measure(part.text));
  const call = first(part, 'functionCall', 'function_call');
  if (isDict(call)) {
    measures.push(context.measure(call.name), ...valueMeasures(context, call.args), context.constant(['gemini call'], 2));
  }
  const result = first(part, 'functionResponse', 'function_response');
  if (isDict(result)) {
    measures.push(context.measure(result.name), ...valueMeasures(context, result.response), context.constant(['gemini result'], 3));
  }
  const signature = text(first(part, 'thoughtSignature', 'thought_signature'));
  if (signature) measures.push(signatureMeasure(context, signature));
  const data = dict(first(part, 'inlineData', 'inline_data'));
  const file = dict(first(part, 'fileData', 'file_data'));
  const mime = text(first(data, 'mimeType', 'mime_type') ?? first(file, 'mimeType', 'mime_type'));
  if (data.data !== undefined || Object.keys(file).length) measures.push(media(context, mime, data.data, model));
  return measures;
}

/** Replayed thought signatures cost 0.1 to 0.2 tokens a character; short ones are marks that cost nothing. */
function signatureMeasure(context: RequestContext, signature: string): Measure {
  const tokens = context.constant(['gemini signature character'], 0, 0.13, signature.length).expected;
  return about(tokens, tokens * 0.8);
}

function media(context: RequestContext, mime: string, data: unknown, model: string): Measure {
  if (mime.startsWith('image/')) return geminiImage(model, imageSizeOf(data));
  if (mime === 'application/pdf') return pdfPages(context.family, data);
  if (mime.startsWith('text/')) return about(text(data).length / 5.5, text(data).length / 20);
  context.parts.note(`${mime || 'a file'}: its length is not known, the tokens are guessed`);
  return about(1000, 950);
}

/** Keys and values of a JSON value, as Gemini counts them: the words, without most of the punctuation. */
function valueMeasures(context: RequestContext, value: unknown): Measure[] {
  return value === undefined || value === null ? [] : [context.measure(JSON.stringify(value))];
}

function addTools(context: RequestContext, tools: readonly Dict[]): void {
  const { parts, family } = context;
  const declarations = tools.flatMap((tool) => list(first(tool, 'functionDeclarations', 'function_declarations'))).map(dict);
  for (const tool of tools) {
    for (const name of Object.keys(tool)) {
      if (name === 'functionDeclarations' || name === 'function_declarations') continue;
      parts.add('tools', `tool ${name}`, about(50, 50));
      parts.note(`${name} runs at the provider: what it reads is not in the body`);
    }
  }
  if (!declarations.length) return;
  const measures = declarations.flatMap((declaration) => declarationMeasures(context, declaration));
  parts.add('tools', 'tools', ...measures, context.constant([`gemini tools ${family.api}`], 4));
}

/** One declaration: its words, and a few tokens for each name and type. */
function declarationMeasures(context: RequestContext, declaration: Dict): Measure[] {
  const schema = first(declaration, 'parameters', 'parametersJsonSchema', 'parameters_json_schema');
  const api = context.family.api;
  const measure = (value: unknown): Measure => context.measure(value);
  const measures = [measure(declaration.name), measure(declaration.description), context.constant([`gemini declaration ${api}`], 2)];
  const walk = (value: unknown, depth: number): void => {
    if (depth > 40 || !isDict(value)) return;
    if (text(value.description)) measures.push(measure(value.description));
    for (const choice of list(value.enum)) measures.push(measure(String(choice)), context.constant([`gemini enum ${api}`], 0.3));
    for (const [name, inner] of Object.entries(dict(value.properties))) {
      measures.push(measure(name), context.constant([`gemini property ${api}`], 1));
      walk(inner, depth + 1);
    }
    if (isDict(value.items)) walk(value.items, depth + 1);
    for (const member of list(value.anyOf)) walk(member, depth + 1);
  };
  walk(schema, 0);
  return measures;
}

function addFormat(context: RequestContext, config: Dict): void {
  const schema = first(config, 'responseSchema', 'response_schema', 'responseJsonSchema', 'response_json_schema');
  if (schema === undefined) return;
  const { expected } = context.measure(JSON.stringify(schema));
  const share = context.constant(['gemini format share'], 0, 0, expected);
  context.parts.add('format', 'response format', about(share.expected, expected * 0.3));
}
