/** `costlint lsp --stdio`: hands the streams to the language server. */
import { expectNoMore, type ParsedArgs, UsageError } from './args.ts';
import type { ExitCode } from './commands.ts';
import type { Terminal } from './terminal.ts';

export async function lsp(args: ParsedArgs, _terminal: Terminal): Promise<ExitCode> {
  expectNoMore(args);
  if (!args.values.flag('stdio')) throw new UsageError('lsp talks over standard input and output: start it with --stdio');
  const { startServer } = await import('../server/index.ts');
  startServer('stdio');
  return 0;
}
