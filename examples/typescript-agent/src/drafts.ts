import Anthropic from '@anthropic-ai/sdk';
import { SUPPORT_POLICY } from './prompts.ts';
import type { Ticket } from './triage.ts';

const client = new Anthropic();

/** Drafts an answer to each ticket, for colleagues to check and send. */
export async function drafts(tickets: readonly Ticket[]): Promise<string[]> {
  const answers: string[] = [];
  for (const ticket of tickets) {
    const response = await client.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 700,
      system: [{ type: 'text', text: `Now: ${new Date().toISOString()}\n\n${SUPPORT_POLICY}`, cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: `Draft an answer to this ticket.\n\n${ticket.text}` }],
    });
    answers.push(response.content.map((block) => (block.type === 'text' ? block.text : '')).join(''));
  }
  return answers;
}
