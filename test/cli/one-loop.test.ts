import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeWorkspace } from '../../cli/analyze-workspace.ts';
import { openWorkspace } from '../../workspace/project.ts';
import { folder } from '../workspace/folder.ts';

const provider = (name: string, create: string) => `import ${name} from '${name === 'OpenAI' ? 'openai' : '@anthropic-ai/sdk'}';
import type { Provider } from './provider';
export class ${name}Provider implements Provider {
  private client = new ${name}();
  ask(messages: any[]) { return this.client.${create}; }
}`;

test('a loop around what two classes implement is one finding, and both calls have it', async (t) => {
  const root = folder(t, {
    'provider.ts': 'export interface Provider { ask(messages: any[]): Promise<any> }',
    'claude.ts': provider('Anthropic', "messages.create({ model: 'claude-opus-4-8', max_tokens: 900, messages })"),
    'gpt.ts': provider('OpenAI', "responses.create({ model: 'gpt-5.4', max_output_tokens: 900, input: messages })"),
    'agent.ts': `import { AnthropicProvider } from './claude';
import { OpenAIProvider } from './gpt';
import type { Provider } from './provider';
export const providers = [AnthropicProvider, OpenAIProvider];
export async function agent(provider: Provider, messages: any[]) {
  while (true) {
    const answer = await provider.ask(messages);
    messages.push(answer);
    if (answer.stop_reason !== 'tool_use') return answer;
  }
}`,
  });
  const workspace = await openWorkspace(root, { today: '2026-11-23', directories: [root] });
  const { files } = analyzeWorkspace(workspace, { base: root });
  const loops = files.flatMap(({ calls }) => calls.map(({ site }) => site.loop.bound.kind));
  assert.deepEqual(loops, ['none', 'none']);
  const rules = files.flatMap(({ findings }) => findings.map(({ rule }) => rule));
  assert.equal(rules.filter((rule) => rule === 'unbounded-loop').length, 1);
  assert.equal(rules.filter((rule) => rule === 'unbounded-history').length, 1);
});
