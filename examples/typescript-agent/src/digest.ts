import { google } from '@ai-sdk/google';
import { generateText, hasToolCall, tool } from 'ai';
import { z } from 'zod';
import { DIGEST_PROMPT } from './prompts.ts';
import { runTool } from './tools.ts';

/** The morning digest for the team, written by an agent that looks things up until it is done. */
export async function digest(): Promise<string> {
  const { text } = await generateText({
    model: google('gemini-3.5-flash'),
    system: DIGEST_PROMPT,
    prompt: `Write the digest for ${new Date().toDateString()}.`,
    tools: {
      tickets: tool({
        description: 'Tickets of a day, newest first.',
        inputSchema: z.object({ day: z.string().describe('As 2026-11-23.') }),
        execute: ({ day }) => runTool('tickets', { day }),
      }),
      stock: tool({
        description: 'Products whose stock is below their weekly sales.',
        inputSchema: z.object({}),
        execute: () => runTool('low_stock', {}),
      }),
      done: tool({ description: 'Call this when the digest is complete.', inputSchema: z.object({ text: z.string() }) }),
    },
    stopWhen: hasToolCall('done'),
  });
  return text;
}

if (process.argv[1]?.endsWith('digest.ts')) console.log(await digest());
