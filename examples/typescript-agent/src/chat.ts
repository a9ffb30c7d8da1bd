import Anthropic from '@anthropic-ai/sdk';
import { SUPPORT_POLICY } from './prompts.ts';

const client = new Anthropic();

/** A customer's conversation; kept for as long as the chat window is open. */
export class Chat {
  private readonly messages: Anthropic.MessageParam[] = [];

  async say(text: string): Promise<string> {
    this.messages.push({ role: 'user', content: text });
    const response = await client.messages.create({
      model: 'claude-sonnet-4-6',
      max_tokens: 1024,
      system: [{ type: 'text', text: SUPPORT_POLICY, cache_control: { type: 'ephemeral' } }],
      messages: this.messages,
    });
    this.messages.push({ role: 'assistant', content: response.content });
    return response.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  }
}
