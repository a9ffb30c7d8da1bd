/** Cost per call, run and month above each call, for those who prefer a line to a hint. */
import type { CodeLens, CodeLensParams } from 'vscode-languageserver/node';
import { clientCommands } from '../../core/protocol/index.ts';
import type { Session } from '../session.ts';
import { longCost } from '../words.ts';

export async function codeLenses(session: Session, { textDocument }: CodeLensParams): Promise<CodeLens[]> {
  const view = await session.view(textDocument.uri);
  if (!view?.folder.settings.codeLens) return [];
  return view.analysis.calls.flatMap((call) => {
    const place = view.buffer.locate(call.site.callee);
    if (place?.uri !== textDocument.uri) return [];
    // An editor without our commands shows the text alone.
    const command = session.client.commands ? clientCommands.showFileCost : '';
    return [{ range: place.range, command: { title: longCost(call), command } }];
  });
}
