/** Made-up source files of any length, with model calls among ordinary code, the same for everyone who runs the benchmark. */

export type BenchLanguage = 'typescript' | 'python';

/** Ordinary code between two model calls. */
const FUNCTIONS_PER_CALL = 8;

/** A file of about `lines` lines. `seed` makes the names differ between files; without `calls` it is ordinary code alone. */
export function generatedFile(language: BenchLanguage, lines: number, seed: number, calls = true): string {
  const parts = calls ? [language === 'typescript' ? TS_HEAD : PY_HEAD] : [];
  for (let n = 0; lineCount(parts) < lines; n++) {
    const name = `step_${seed}_${n}`;
    const isCall = calls && n % FUNCTIONS_PER_CALL === 0;
    if (language === 'typescript') parts.push(isCall ? tsCall(name) : tsPlain(name));
    else parts.push(isCall ? pyCall(name) : pyPlain(name));
  }
  return parts.join('\n');
}

const lineCount = (parts: readonly string[]): number => parts.reduce((sum, part) => sum + part.split('\n').length, 0);

const TS_HEAD = `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic();
const RULES = \`${'Answer from the documents alone, and name the paragraph of each claim. '.repeat(40)}\`;
`;

const tsCall = (name: string): string => `
export async function ${name}(question: string, documents: readonly string[]): Promise<string> {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  for (const document of documents) {
    messages.push({ role: 'user', content: \`Document: \${document}\` });
  }
  const response = await client.messages.create({
    model: 'claude-sonnet-4-6',
    max_tokens: 1024,
    system: \`Today is \${new Date().toISOString()}. \${RULES}\`,
    messages,
  });
  return response.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
`;

const tsPlain = (name: string): string => `
export function ${name}(rows: readonly { readonly id: string; readonly amount: number; readonly tags?: readonly string[] }[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { id, amount, tags = [] } of rows) {
    if (amount <= 0 || tags.includes('void')) continue;
    const key = tags.length > 0 ? \`\${id}:\${tags.join(',')}\` : id;
    totals.set(key, (totals.get(key) ?? 0) + amount);
  }
  return new Map([...totals].sort(([, a], [, b]) => b - a).slice(0, 100));
}
`;

const PY_HEAD = `from datetime import datetime

from anthropic import Anthropic

client = Anthropic()
RULES = """${'Answer from the documents alone, and name the paragraph of each claim. '.repeat(40)}"""
`;

const pyCall = (name: string): string => `

def ${name}(question: str, documents: list[str]) -> str:
    """Answers a question from documents."""
    messages = [{"role": "user", "content": question}]
    for document in documents:
        messages.append({"role": "user", "content": f"Document: {document}"})
    response = client.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=1024,
        system=f"Today is {datetime.now().isoformat()}. {RULES}",
        messages=messages,
    )
    return "".join(block.text for block in response.content if block.type == "text")
`;

const pyPlain = (name: string): string => `

def ${name}(rows: list[dict]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for row in rows:
        tags = row.get("tags", [])
        if row["amount"] <= 0 or "void" in tags:
            continue
        key = f"{row['id']}:{','.join(tags)}" if tags else row["id"]
        totals[key] = totals.get(key, 0) + row["amount"]
    return dict(sorted(totals.items(), key=lambda item: -item[1])[:100])
`;
