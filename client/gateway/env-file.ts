/** Sets variables in the text of a `.env` file and touches nothing else of it. */
export interface EnvVariable {
  readonly variable: string;
  readonly url: string;
}

export interface EnvChange {
  readonly variable: string;
  /** The line as it was; left out: it is new. */
  readonly before?: string;
  readonly after: string;
}

export interface EnvEdit {
  readonly text: string;
  /** None: the file says so already. */
  readonly changes: readonly EnvChange[];
}

const LINE = /^(\s*(?:export\s+)?)([A-Za-z_][A-Za-z0-9_]*)(\s*=\s*)(.*)$/;
/** A value without what is behind it; quotes may enclose it. */
const VALUE = /^("[^"]*"|'[^']*'|`[^`]*`|[^\s#]*)(\s*(?:#.*)?)$/;

/** Every assignment of a variable is changed, since loaders differ in which of two counts; lines of comments stay as they are. */
export function editEnv(text: string, variables: readonly EnvVariable[]): EnvEdit {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const changes: EnvChange[] = [];
  const seen = new Set<string>();
  const lines = text.split(/\r?\n/).map((line) => {
    const found = assignment(line);
    const wanted = found && variables.find(({ variable }) => variable === found.name);
    if (!found || !wanted) return line;
    seen.add(wanted.variable);
    const after = `${found.head}${found.quote}${wanted.url}${found.quote}${found.tail}`;
    if (after !== line) changes.push({ variable: wanted.variable, before: line, after });
    return after;
  });
  const missing = variables.filter(({ variable }) => !seen.has(variable)).map(({ variable, url }) => ({ variable, after: `${variable}=${url}` }));
  if (missing.length > 0) {
    if (lines.at(-1) === '') lines.pop();
    lines.push(...missing.map(({ after }) => after), '');
  }
  return { text: lines.join(end), changes: [...changes, ...missing] };
}

function assignment(line: string): { readonly name: string; readonly head: string; readonly quote: string; readonly tail: string } | undefined {
  const [, lead, name, equals, rest] = LINE.exec(line) ?? [];
  if (lead === undefined || name === undefined || equals === undefined || rest === undefined) return undefined;
  const [, value = '', tail = ''] = VALUE.exec(rest) ?? [];
  const quote = /^["'`]/.exec(value)?.[0] ?? '';
  return { name, head: `${lead}${name}${equals}`, quote, tail };
}
