/** How live calls find their line of code, and what is known of that line then. */
export { observedSite, quantilesOf, type SeenCall } from './aggregate.ts';
export { breakWords, type CachedCall, cacheBreak, firstChange, type Piece, type PieceAt, sharedPieces } from './cache-breaks.ts';
export { pathOfSite, siteFingerprint, siteIds } from './fingerprint.ts';
export { type LivePrint, type Match, mayBe, SiteIndex } from './match.ts';
export { type Hash, namesOf, toolsName } from './texts.ts';
