/** What OpenAI-shaped bodies ask for: chat completions, responses, embeddings. */
import { FactsBuilder, lastWithRole, type Role } from './facts.ts';
import { count, isRecord, type Json, list, named, record } from './json.ts';
import type { RequestFacts, WireMatch } from './types.ts';

const roleOf = (role: unknown): Role => {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'tool' || role === 'function') return 'tool-result';
  return role === 'assistant' ? 'assistant' : 'user';
};

function parts(builder: FactsBuilder, role: Role, index: number, content: unknown): void {
  builder.add(role, index, content);
  for (const part of list(content).filter(isRecord)) {
    builder.add(role, index, part.text ?? part.refusal);
    if (isRecord(part.prompt_cache_breakpoint) || part.prompt_cache_breakpoint === true) builder.mark('30m');
    if (isRecord(part.cache_control)) builder.mark(part.cache_control.ttl === '1h' ? '1h' : '5m');
    if (/image|audio|file|video/.test(String(part.type))) builder.media++;
    if (part.file_id !== undefined || record(part.file).file_id !== undefined) builder.hidden.add('file');
  }
}

function user(request: Json): string | undefined {
  return named(request.safety_identifier) ?? named(request.user);
}

function cacheOptions(builder: FactsBuilder, request: Json): void {
  const { ttl, mode } = record(request.prompt_cache_options);
  if (ttl === '12h' || ttl === '30m') builder.mark(ttl);
  else if (mode !== undefined) builder.mark('30m');
}

/** Tools in both shapes: chat nests the function, responses do not. */
function tools(builder: FactsBuilder, values: readonly unknown[]): void {
  values.filter(isRecord).forEach((tool, index) => {
    const name = named(record(tool.function).name) ?? named(tool.name);
    const own = tool.type === undefined || tool.type === 'function' || tool.type === 'custom' || tool.type === 'local_shell';
    if (name) builder.toolNames.push(name);
    if (!own) builder.serverTool(String(tool.type));
    if (tool.type === 'local_shell') builder.hidden.add('built-in-tool');
    builder.addJson('tools', index, tool);
  });
}

export function chatFacts(match: WireMatch, body: unknown): RequestFacts {
  const request = record(body);
  const builder = new FactsBuilder();
  tools(builder, [...list(request.tools), ...list(request.functions)]);
  if (isRecord(request.web_search_options)) builder.serverTool('web_search');
  const messages = list(request.messages);
  const answered = lastWithRole(messages, 'assistant');
  messages.forEach((value, index) => {
    const message = record(value);
    const role = roleOf(message.role);
    if (role === 'tool-result' && index > answered) builder.toolResults++;
    parts(builder, role, index, message.content);
    for (const call of list(message.tool_calls)) builder.add('assistant', index, record(record(call).function).arguments);
  });
  if (typeof request.prompt === 'string') builder.add('user', 0, request.prompt);
  cacheOptions(builder, request);
  const stream = request.stream === true;
  return builder.facts(match, {
    model: named(request.model),
    stream,
    outputCap: count(request.max_completion_tokens) ?? count(request.max_tokens),
    completions: Math.max(1, count(request.n) ?? 1),
    serviceTier: named(request.service_tier),
    messages: messages.length,
    usageInStream: !stream || record(request.stream_options).include_usage === true,
    user: user(request),
  });
}

/** Hidden input: an earlier response or conversation that the provider adds. */
function stored(builder: FactsBuilder, request: Json): void {
  if (named(request.previous_response_id)) builder.hidden.add('previous-response');
  if (request.conversation !== undefined && request.conversation !== null) builder.hidden.add('conversation');
  if (isRecord(request.prompt)) builder.hidden.add('stored-prompt');
}

export function responsesFacts(match: WireMatch, body: unknown): RequestFacts {
  const request = record(body);
  const builder = new FactsBuilder();
  tools(builder, list(request.tools));
  builder.add('system', -1, request.instructions);
  if (typeof request.input === 'string') builder.add('user', 0, request.input);
  const items = list(request.input);
  const ownOutput = (item: Json): boolean => item.role === 'assistant' || (/_call$/.test(String(item.type)) && item.role === undefined);
  const answered = items.map((item) => ownOutput(record(item))).lastIndexOf(true);
  items.forEach((value, index) => {
    responseItem(builder, record(value), index, index > answered);
  });
  stored(builder, request);
  cacheOptions(builder, request);
  return builder.facts(match, {
    model: named(request.model),
    stream: match.stream ?? request.stream === true,
    outputCap: count(request.max_output_tokens),
    serviceTier: named(request.service_tier),
    messages: typeof request.input === 'string' ? 1 : items.length,
    previousResponse: named(request.previous_response_id),
    user: user(request),
  });
}

function responseItem(builder: FactsBuilder, item: Json, index: number, isNew: boolean): void {
  if (item.type === 'item_reference') builder.hidden.add('previous-response');
  if (/_call_output$/.test(String(item.type))) {
    if (isNew) builder.toolResults++;
    builder.addJson('tool-result', index, item.output);
  } else if (item.type === 'reasoning') {
    if (typeof item.encrypted_content === 'string') builder.hidden.add('reasoning');
    for (const part of [...list(item.summary), ...list(item.content)]) builder.add('assistant', index, record(part).text);
  } else if (item.content !== undefined) parts(builder, roleOf(item.role), index, item.content);
  else builder.addJson('assistant', index, item.arguments ?? item.input);
}

export function embeddingFacts(match: WireMatch, body: unknown): RequestFacts {
  const request = record(body);
  const builder = new FactsBuilder();
  const inputs = typeof request.input === 'string' ? [request.input] : list(request.input);
  // Texts, or one list of token numbers, or several.
  inputs.forEach((input, index) => {
    builder.add('user', index, input);
  });
  return builder.facts(match, { model: named(request.model), stream: false, outputCap: 0, messages: inputs.length, user: user(request) });
}
