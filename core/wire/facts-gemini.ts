/** What a Gemini body asks for. Field names come in camel case and, from some clients, in snake case. */
import { FactsBuilder, lastWithRole, type Role } from './facts.ts';
import { count, isRecord, type Json, list, named, record } from './json.ts';
import type { RequestFacts, WireHeaders, WireMatch } from './types.ts';

const either = (holder: Json, camel: string): unknown => holder[camel] ?? holder[camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];

export function geminiFacts(match: WireMatch, body: unknown, headers?: WireHeaders): RequestFacts {
  const request = record(body);
  if (match.operation === 'batch-create') return batchFacts(match, request, headers);
  const inner = isRecord(request.generateContentRequest) ? request.generateContentRequest : request;
  const builder = new FactsBuilder();
  for (const tool of list(inner.tools).filter(isRecord)) addTool(builder, tool);
  const system = record(either(inner, 'systemInstruction'));
  parts(builder, 'system', 0, system.parts, false);
  const contents = typeof inner.contents === 'string' ? [{ parts: [{ text: inner.contents }] }] : list(inner.contents ?? embedded(inner));
  const answered = lastWithRole(contents, 'model');
  contents.forEach((content, index) => {
    const { role, parts: values } = record(content);
    parts(builder, role === 'model' ? 'assistant' : 'user', index, values, index > answered);
  });
  if (named(either(inner, 'cachedContent'))) builder.hidden.add('cached-content');
  const config = record(either(inner, 'generationConfig'));
  return builder.facts(match, {
    outputCap: match.operation === 'embed' ? 0 : count(either(config, 'maxOutputTokens')),
    completions: Math.max(1, count(either(config, 'candidateCount')) ?? 1),
    serviceTier: tierOf(inner, headers),
    messages: contents.length,
  });
}

/** Content of embedding requests. */
const embedded = (request: Json): unknown[] =>
  isRecord(request.content) ? [request.content] : list(request.requests).map((one) => record(one).content);

function addTool(builder: FactsBuilder, tool: Json): void {
  for (const [index, declaration] of list(either(tool, 'functionDeclarations')).entries()) {
    const name = named(record(declaration).name);
    if (name) builder.toolNames.push(name);
    builder.addJson('tools', index, declaration);
  }
  for (const name of Object.keys(tool)) if (!/^function_?declarations$/i.test(name)) builder.serverTool(name);
}

function parts(builder: FactsBuilder, role: Role, index: number, values: unknown, isNew: boolean): void {
  for (const part of list(values).filter(isRecord)) {
    builder.add(role, index, part.text);
    const response = record(either(part, 'functionResponse'));
    if (response.name !== undefined) {
      if (isNew) builder.toolResults++;
      builder.addJson('tool-result', index, response.response);
    }
    const call = record(either(part, 'functionCall'));
    if (call.name !== undefined) builder.addJson('assistant', index, call.args);
    if (either(part, 'inlineData') !== undefined) builder.media++;
    if (either(part, 'fileData') !== undefined) {
      builder.media++;
      builder.hidden.add('file');
    }
  }
}

/** The tier stands in the body (Developer API) or in a header (Vertex AI). */
function tierOf(request: Json, headers: WireHeaders | undefined): string | undefined {
  const header = headers?.['x-vertex-ai-llm-shared-request-type'];
  return named(either(request, 'serviceTier')) ?? (typeof header === 'string' ? header : undefined);
}

function batchFacts(match: WireMatch, request: Json, headers?: WireHeaders): RequestFacts {
  const config = record(either(record(request.batch), 'inputConfig'));
  const inline = list(record(config.requests).requests);
  const single: WireMatch = { ...match, operation: 'generate' };
  const items = inline.map((one) => ({ ...geminiFacts(single, record(one).request, headers), batch: true, stream: false }));
  const builder = new FactsBuilder();
  if (items.length === 0) builder.hidden.add('file');
  return builder.facts(match, { batch: true, stream: false, items });
}
