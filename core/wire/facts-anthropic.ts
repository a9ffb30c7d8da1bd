/** What an Anthropic Messages body asks for. */
import { FactsBuilder, lastWithRole, type Role } from './facts.ts';
import { count, isRecord, type Json, list, named, record, text } from './json.ts';
import type { RequestFacts, WireHeaders, WireMatch } from './types.ts';

export function anthropicFacts(match: WireMatch, body: unknown, headers?: WireHeaders): RequestFacts {
  const request = record(body);
  if (match.operation === 'batch-create') return batchFacts(match, request, headers);
  const builder = new FactsBuilder();
  tools(builder, request);
  system(builder, request.system);
  const messages = list(request.messages);
  const answered = lastWithRole(messages, 'assistant');
  messages.forEach((message, index) => {
    addMessage(builder, record(message), index, index > answered);
  });
  markOf(builder, request);
  hidden(builder, request);
  return builder.facts(match, {
    model: named(request.model),
    stream: match.stream ?? request.stream === true,
    outputCap: count(request.max_tokens),
    serviceTier: request.speed === 'fast' ? 'fast' : undefined,
    region: named(request.inference_geo),
    messages: messages.length,
    user: named(record(request.metadata).user_id),
  });
}

/** The requests of a batch; together they have no segments of their own. */
function batchFacts(match: WireMatch, request: Json, headers?: WireHeaders): RequestFacts {
  const single: WireMatch = { ...match, operation: 'generate' };
  const items = list(request.requests).map((one) => ({ ...anthropicFacts(single, record(one).params, headers), batch: true, stream: false }));
  return new FactsBuilder().facts(match, { batch: true, stream: false, items, ...(items[0]?.model === undefined ? {} : { model: items[0].model }) });
}

function tools(builder: FactsBuilder, request: Json): void {
  list(request.tools).forEach((tool, index) => {
    const { name, type, input_schema } = record(tool);
    if (named(name)) builder.toolNames.push(name as string);
    // Tools with a dated type and no schema are the provider's, but bash, editor and computer run at the client; their definitions are not in the body.
    if (typeof type === 'string' && type !== 'custom' && input_schema === undefined) {
      if (/^(bash|text_editor|computer|memory)/.test(type)) builder.hidden.add('built-in-tool');
      else builder.serverTool(type);
    }
    builder.addJson('tools', index, tool);
    markOf(builder, record(tool));
  });
  if (list(request.mcp_servers).length > 0) builder.serverTool('mcp');
}

function system(builder: FactsBuilder, value: unknown): void {
  if (typeof value === 'string') builder.add('system', 0, value);
  list(value).forEach((block, index) => {
    builder.add('system', index, record(block).text);
    markOf(builder, record(block));
  });
}

function addMessage(builder: FactsBuilder, message: Json, index: number, isNew: boolean): void {
  const role: Role = message.role === 'assistant' ? 'assistant' : message.role === 'system' ? 'system' : 'user';
  if (typeof message.content === 'string') builder.add(role, index, message.content);
  for (const block of list(message.content).filter(isRecord)) addBlock(builder, block, role, index, isNew);
}

function addBlock(builder: FactsBuilder, block: Json, role: Role, index: number, isNew: boolean): void {
  markOf(builder, block);
  if (block.type === 'text') builder.add(role, index, block.text);
  else if (block.type === 'thinking') builder.add(role, index, block.thinking);
  else if (block.type === 'tool_use') builder.addJson(role, index, block.input);
  else if (block.type === 'tool_result') {
    if (isNew) builder.toolResults++;
    if (typeof block.content === 'string') builder.add('tool-result', index, block.content);
    for (const part of list(block.content).filter(isRecord)) addBlock(builder, part, 'tool-result', index, false);
  } else if (block.type === 'image' || block.type === 'document') {
    builder.media++;
    const source = record(block.source);
    if (source.type === 'file' || source.type === 'url') builder.hidden.add('file');
    if (source.type === 'text') builder.add(role, index, source.data);
  } else builder.addJson(role, index, block.content);
}

function markOf(builder: FactsBuilder, holder: Json): void {
  const control = record(holder.cache_control);
  if (control.type !== undefined) builder.mark(text(control.ttl) === '1h' ? '1h' : '5m');
}

function hidden(builder: FactsBuilder, request: Json): void {
  if (request.container !== undefined && request.container !== null) builder.hidden.add('conversation');
  if (isRecord(request.context_management)) builder.hidden.add('context-management');
}
