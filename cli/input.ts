/** Standard input as bytes and as lines. */

type Chunks = AsyncIterable<Uint8Array | string>;

const bytesOf = (chunk: Uint8Array | string): Uint8Array => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk);

export async function readAll(input: Chunks): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(bytesOf(chunk));
  return Buffer.concat(chunks);
}

/** Lines without their ends; the last one needs none. */
export async function* linesOf(input: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(bytesOf(chunk), { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
