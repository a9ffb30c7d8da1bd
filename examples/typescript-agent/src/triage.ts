import OpenAI from 'openai';
import { TRIAGE_PROMPT } from './prompts.ts';

const client = new OpenAI();

export interface Ticket {
  readonly id: string;
  readonly text: string;
}

/** The category of one ticket. */
async function classify(ticket: Ticket): Promise<string> {
  while (true) {
    try {
      const response = await client.chat.completions.create({
        model: 'gpt-5.4',
        messages: [
          { role: 'system', content: TRIAGE_PROMPT },
          { role: 'user', content: ticket.text },
        ],
      });
      return response.choices[0]?.message.content ?? 'other';
    } catch (error) {
      console.error('again', error);
    }
  }
}

/** Whether a ticket cannot wait until the morning. */
export async function isUrgent(ticket: Ticket): Promise<boolean> {
  const response = await client.chat.completions.create({
    model: 'gpt-5.4',
    max_completion_tokens: 16,
    messages: [
      { role: 'system', content: 'Is somebody in danger, or stuck on a tour that starts within a day? Answer yes or no.' },
      { role: 'user', content: ticket.text },
    ],
  });
  return response.choices[0]?.message.content?.toLowerCase().startsWith('yes') ?? false;
}

/** Sorts everything that came in overnight. */
export async function triage(tickets: readonly Ticket[]): Promise<Map<string, string>> {
  const categories = await Promise.all(tickets.map((ticket) => classify(ticket)));
  return new Map(tickets.map((ticket, index) => [ticket.id, categories[index] ?? 'other']));
}

if (process.argv[1]?.endsWith('triage.ts')) {
  const response = await fetch(`${process.env.SHOP_API ?? 'http://localhost:8080'}/tickets`);
  console.log(await triage((await response.json()) as Ticket[]));
}
