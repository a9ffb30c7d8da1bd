/** The cost at the end of the line of each call. */
import { type InlayHint, type InlayHintParams, MarkupKind } from 'vscode-languageserver/node';
import * as z from 'zod';
import type { AnalyzedCall } from '../../core/analyze.ts';
import type { Session, View } from '../session.ts';
import { shortCost } from '../words.ts';
import { sourceIn } from './calibration.ts';
import { callMarkdown } from './call-markdown.ts';

const dataSchema = z.object({ uri: z.string(), call: z.number().int() });

export async function inlayHints(session: Session, { textDocument, range }: InlayHintParams): Promise<InlayHint[]> {
  const view = await session.view(textDocument.uri);
  if (!view?.folder.settings.inlayHints) return [];
  const from = view.buffer.offset(textDocument.uri, range.start);
  const to = view.buffer.offset(textDocument.uri, range.end);
  return hintsOf(view, textDocument.uri)
    .filter(({ offset }) => offset >= from && offset <= to)
    .map(({ hint }) => hint);
}

/** Two calls on one line get two hints, in order. */
function hintsOf(view: View, uri: string): readonly { readonly hint: InlayHint; readonly offset: number }[] {
  const part = view.buffer.part(uri);
  if (!part) return [];
  const positions = view.buffer.positions(part);
  return view.analysis.calls.flatMap((call, index) => {
    const { callee } = call.site;
    if (callee.end < part.start || callee.end > part.end) return [];
    const offset = positions.lineEnd(callee.end - part.start);
    const hint = { position: positions.position(offset), label: shortCost(call), paddingLeft: true, data: { uri, call: index } };
    return [{ hint, offset: offset + part.start }];
  });
}

/** The tooltip is as long as a hover, so it is made when somebody looks. */
export async function resolveHint(session: Session, hint: InlayHint): Promise<InlayHint> {
  const data = dataSchema.safeParse(hint.data);
  const call = data.success ? await callOf(session, data.data.uri, data.data.call) : undefined;
  return call ? { ...hint, tooltip: { kind: MarkupKind.Markdown, value: callMarkdown(call, sourceIn(session)) } } : hint;
}

const callOf = async (session: Session, uri: string, index: number): Promise<AnalyzedCall | undefined> =>
  (await session.view(uri))?.analysis.calls[index];
