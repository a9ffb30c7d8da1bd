/** Which text of a document the provider's cache can keep, and what ends it. */
import type { AnalyzedCall } from '../../core/analyze.ts';
import { formatTokens } from '../../core/format.ts';
import type { PrefixSpan } from '../../core/protocol/index.ts';
import type { Session, View } from '../session.ts';
import { cacheState } from '../words.ts';

export async function prefixSpans(session: Session, uri: string): Promise<PrefixSpan[]> {
  const view = await session.view(uri);
  if (!view?.folder.settings.decorations) return [];
  return view.analysis.calls.flatMap((call) => spansOf(view, uri, call));
}

function spansOf(view: View, uri: string, call: AnalyzedCall): PrefixSpan[] {
  if (!cacheMatters(call)) return [];
  return call.site.segments.flatMap((segment, index): PrefixSpan[] => {
    const kind = cacheState(call, index);
    const place = segment.at.path === view.analysis.path ? view.buffer.locate(segment.at) : undefined;
    if (kind === 'none' || kind === 'after' || place?.uri !== uri) return [];
    return [{ range: place.range, kind, note: kind === 'break' ? breakNote(call) : '' }];
  });
}

/** A prompt too short for any cache has nothing to show; one that grows from step to step outgrows the minimum. */
function cacheMatters({ estimate: { cache }, site }: AnalyzedCall): boolean {
  if (cache.reachablePrefix === 0) return false;
  return cache.active || site.loop.grows || cache.reachablePrefix >= (cache.minimum ?? 0);
}

/** Shown behind the part that ends the prefix, where another order would keep more; '' where nothing is lost. */
function breakNote(call: AnalyzedCall): string {
  const { stablePrefix, reachablePrefix } = call.estimate.cache;
  if (reachablePrefix <= stablePrefix) return '';
  return `cache ends here; ${formatTokens(reachablePrefix - stablePrefix)} more tokens could be kept`;
}
