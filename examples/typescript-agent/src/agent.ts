import readline from 'node:readline/promises';
import Anthropic from '@anthropic-ai/sdk';
import { SUPPORT_POLICY } from './prompts.ts';
import { runTool, tools } from './tools.ts';

const client = new Anthropic();
const MODEL = 'claude-sonnet-4-6';

/** One customer request: the model works with the tools until it has an answer. */
export async function answer(question: string): Promise<string> {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  while (true) {
    const response = await client.messages.create({
      model: MODEL,
      max_tokens: 4096,
      system: SUPPORT_POLICY,
      tools,
      messages,
    });
    messages.push({ role: 'assistant', content: response.content });

    const results: Anthropic.ToolResultBlockParam[] = [];
    for (const block of response.content) {
      if (block.type === 'tool_use') {
        results.push({ type: 'tool_result', tool_use_id: block.id, content: await runTool(block.name, block.input) });
      }
    }
    if (results.length === 0) {
      return response.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    }
    messages.push({ role: 'user', content: results });
  }
}

if (process.argv[1]?.endsWith('agent.ts')) {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  console.log(await answer(await terminal.question('How can we help? ')));
  terminal.close();
}
