/** Prices: model and date → quote, usage → money. Pure: no clock, no network, no file system. */

export {
  type CheaperModel,
  cheaperModels,
  type ListedModel,
  listModels,
  retirement,
  type Successor,
  successorOf,
  tokenFactor,
} from './alternatives.ts';
export { type ModelId, modelIdOf, providerOf } from './model-id.ts';
export { costOf, formatRate, nanoPerMTok, promptTokens, ratesFor } from './money.ts';
export { quote } from './quote.ts';
export * from './types.ts';
