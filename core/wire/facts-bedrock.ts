/** What a Bedrock body asks for: Converse's own shape, or for InvokeModel the vendor's. */
import { FactsBuilder, lastWithRole, type Role } from './facts.ts';
import { anthropicFacts } from './facts-anthropic.ts';
import { count, isRecord, type Json, list, named, record, text } from './json.ts';
import type { RequestFacts, WireHeaders, WireMatch } from './types.ts';

export function bedrockFacts(match: WireMatch, body: unknown, headers?: WireHeaders): RequestFacts {
  const request = record(body);
  if (request.anthropic_version !== undefined) return anthropicFacts(match, body, headers);
  const builder = new FactsBuilder();
  list(record(request.toolConfig).tools)
    .filter(isRecord)
    .forEach((tool, index) => {
      addTool(builder, tool, index);
    });
  list(request.system)
    .filter(isRecord)
    .forEach((block, index) => {
      addBlock(builder, block, 'system', index, false);
    });
  const messages = list(request.messages);
  const answered = lastWithRole(messages, 'assistant');
  messages.forEach((value, index) => {
    const message = record(value);
    const role: Role = message.role === 'assistant' ? 'assistant' : 'user';
    builder.add(role, index, message.content);
    for (const block of list(message.content).filter(isRecord)) addBlock(builder, block, role, index, index > answered);
  });
  for (const name of ['prompt', 'inputText']) builder.add('user', 0, request[name]);
  if (isRecord(request.promptVariables)) builder.hidden.add('stored-prompt');
  const inference = record(request.inferenceConfig);
  const cap = inference.maxTokens ?? inference.max_new_tokens ?? request.max_tokens ?? request.max_gen_len;
  return builder.facts(match, {
    outputCap: count(cap) ?? count(record(request.textGenerationConfig).maxTokenCount),
    serviceTier: named(record(request.serviceTier).type),
    messages: messages.length,
  });
}

function addTool(builder: FactsBuilder, tool: Json, index: number): void {
  if (mark(builder, tool)) return;
  const name = named(record(tool.toolSpec).name);
  if (name) builder.toolNames.push(name);
  if (isRecord(tool.systemTool)) builder.serverTool(text(tool.systemTool.name) ?? 'systemTool');
  builder.addJson('tools', index, tool.toolSpec);
}

function mark(builder: FactsBuilder, holder: Json): boolean {
  if (!isRecord(holder.cachePoint)) return false;
  builder.mark(holder.cachePoint.ttl === '1h' ? '1h' : '5m');
  return true;
}

function addBlock(builder: FactsBuilder, block: Json, role: Role, index: number, isNew: boolean): void {
  if (mark(builder, block)) return;
  builder.add(role, index, block.text);
  builder.add(role, index, record(record(block.reasoningContent).reasoningText).text);
  if (isRecord(block.toolUse)) builder.addJson(role, index, block.toolUse.input);
  if (isRecord(block.toolResult)) {
    if (isNew) builder.toolResults++;
    for (const part of list(block.toolResult.content).filter(isRecord)) {
      builder.addJson('tool-result', index, part.json);
      addBlock(builder, part, 'tool-result', index, false);
    }
  }
  for (const kind of ['image', 'document', 'video']) {
    if (!isRecord(block[kind])) continue;
    builder.media++;
    if (record(record(block[kind]).source).s3Location !== undefined) builder.hidden.add('file');
  }
}
