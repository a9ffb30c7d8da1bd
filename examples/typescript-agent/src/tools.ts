import type Anthropic from '@anthropic-ai/sdk';

/** What the agent can do. The stock list says how fresh it is, so that the model knows when to ask again. */
export const tools: Anthropic.Tool[] = [
  {
    name: 'find_order',
    description: 'Looks up an order with its items, parcels and payments. Needs the order number and the postal code or e-mail address of the customer.',
    input_schema: {
      type: 'object',
      properties: {
        order: { type: 'string', description: 'Order number, two letters and eight digits, as FF12345678.' },
        proof: { type: 'string', description: 'Postal code or e-mail address as the customer gave it.' },
      },
      required: ['order', 'proof'],
    },
  },
  {
    name: 'find_product',
    description: 'Searches products by words, use, season and size. Returns price, stock, weight, warranty and what customers say.',
    input_schema: {
      type: 'object',
      properties: {
        words: { type: 'string', description: 'What the customer looks for, in a few words.' },
        maximum_price: { type: 'number', description: 'In euros.' },
      },
      required: ['words'],
    },
  },
  {
    name: 'refund',
    description: 'Refunds an amount as goodwill, up to 40 euros, once per customer in twelve months.',
    input_schema: {
      type: 'object',
      properties: {
        order: { type: 'string' },
        euros: { type: 'number', maximum: 40 },
        reason: { type: 'string', description: 'One sentence for the file.' },
      },
      required: ['order', 'euros', 'reason'],
    },
  },
  {
    name: 'open_ticket',
    description: 'Hands over to a colleague.',
    input_schema: {
      type: 'object',
      properties: {
        kind: { type: 'string', enum: ['delivery', 'return', 'warranty', 'privacy', 'safety', 'other'] },
        summary: { type: 'string', description: 'What the customer wants and what was tried, in three sentences.' },
      },
      required: ['kind', 'summary'],
    },
  },
];

const SHOP = process.env.SHOP_API ?? 'http://localhost:8080';

export async function runTool(name: string, input: unknown): Promise<string> {
  const response = await fetch(`${SHOP}/${name}`, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } });
  return response.ok ? await response.text() : `the tool failed with status ${response.status}`;
}
