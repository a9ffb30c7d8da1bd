import type { ParsedArgs } from './args.ts';
import type { ExitCode } from './commands.ts';
import { fail } from './run.ts';
import type { Terminal } from './terminal.ts';

export async function gateway(_args: ParsedArgs, terminal: Terminal): Promise<ExitCode> {
  return fail(terminal, 'the gateway is not part of this version yet; check, count, report and lsp are', 'costlint --help');
}
