/** `costlint rules`: the rules and what they find. */
import { closest } from '../workspace/closest.ts';
import { type ParsedArgs, UsageError } from './args.ts';
import { type Colours, coloursFor } from './colours.ts';
import type { ExitCode } from './commands.ts';
import { loadRuleInfo, type RuleInfo } from './formats/rule-info.ts';
import type { Terminal } from './terminal.ts';

export async function rules({ values, positionals }: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  const shown = select(await loadRuleInfo(), positionals);
  const colours = coloursFor(terminal, terminal.out);
  if (values.text('format') === 'json') terminal.out.write(`${JSON.stringify(shown, null, 2)}\n`);
  else terminal.out.write(asText(shown, colours));
  return 0;
}

function select(all: readonly RuleInfo[], names: readonly string[]): readonly RuleInfo[] {
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find(({ id }) => id === name);
    if (found) return found;
    const ids = all.map(({ id }) => id);
    const near = closest(name, ids);
    const meant = near === undefined ? ids.filter((id) => id.includes(name)) : [near];
    throw new UsageError(`unknown rule ${name}${meant.length > 0 ? `, did you mean ${meant.join(' or ')}?` : `; known are ${ids.join(', ')}`}`);
  });
}

function asText(list: readonly RuleInfo[], colours: Colours): string {
  const width = Math.max(...list.map(({ id }) => id.length));
  return list.map(({ id, severity, summary }) => `${colours.cyan(id.padEnd(width))}  ${severity.padEnd(7)}  ${summary}\n`).join('');
}
