/** What a call costs, where the pointer is on its name or its model; what a piece of prompt costs, where it is on that piece. */
import { type Hover, type HoverParams, MarkupKind, type Position } from 'vscode-languageserver/node';
import type { AnalyzedCall } from '../../core/analyze.ts';
import type { Location, Span } from '../../core/model.ts';
import type { Session, View } from '../session.ts';
import { sourceIn } from './calibration.ts';
import { callMarkdown, type SourceOf, segmentMarkdown } from './call-markdown.ts';

export async function hover(session: Session, { textDocument, position }: HoverParams): Promise<Hover | null> {
  const view = await session.view(textDocument.uri);
  if (!view) return null;
  const offset = view.buffer.offset(textDocument.uri, position);
  const sourceOf = sourceIn(session);
  return callHover(view, offset, sourceOf) ?? segmentHover(view, offset, sourceOf);
}

const holds = (span: Span, offset: number): boolean => offset >= span.start && offset <= span.end;

/** The innermost call whose name, model or options the offset stands on. */
function callAt(view: View, offset: number): AnalyzedCall | undefined {
  const own = (at: Location | undefined): Span | undefined => (at?.path === view.analysis.path ? at : undefined);
  return view.analysis.calls.findLast(({ site }) => [site.callee, own(site.model.at)].some((span) => span !== undefined && holds(span, offset)));
}

function callHover(view: View, offset: number, sourceOf: SourceOf): Hover | undefined {
  const call = callAt(view, offset);
  if (!call) return undefined;
  const { callee, model } = call.site;
  const span = holds(callee, offset) || !model.at ? callee : model.at;
  return markdown(callMarkdown(call, sourceOf), view.buffer.locate(span)?.range);
}

function segmentHover(view: View, offset: number, sourceOf: SourceOf): Hover | null {
  for (const call of view.analysis.calls) {
    const index = call.site.segments.findLastIndex((segment) => segment.at.path === view.analysis.path && holds(segment.at, offset));
    const segment = call.site.segments[index];
    if (segment) return markdown(segmentMarkdown(call, segment, index, sourceOf), view.buffer.locate(segment.at)?.range);
  }
  return null;
}

const markdown = (value: string, range: { start: Position; end: Position } | undefined): Hover => ({
  contents: { kind: MarkupKind.Markdown, value },
  ...(range ? { range } : {}),
});
