/** The real analysis on the real disk. */
import { formatTokens } from '../core/format.ts';
import type { Frontend } from '../core/frontends/source-unit.ts';
import { type ListedModel, listModels } from '../core/pricing/index.ts';
import { discover, isWanted, loadAcceptor, loadConfig, loadFrontends, nodeHost, readAssets } from '../workspace/index.ts';
import { rulePages } from './assets.ts';
import type { Engine, ModelChoice, ServerDeps } from './deps.ts';
import { docsIn } from './docs.ts';
import { extensionOf } from './uris.ts';

export function defaultDeps(): ServerDeps {
  return {
    load: loadEngine,
    host: nodeHost,
    discover: (root, config, accepts) => discover(root, config, accepts).files,
    wanted: isWanted,
    loadConfig,
    today: () => new Date().toISOString().slice(0, 10),
    docsUri: docsIn(rulePages()),
  };
}

/** All parsers are loaded at once, side by side: which languages a person opens next is not known. */
export async function loadEngine(): Promise<Engine> {
  const [{ createProject }, { createCounter }, accepts, frontends] = await Promise.all([
    import('../core/analyze.ts'),
    import('../core/tokens/index.ts'),
    loadAcceptor(),
    loadFrontends(new Set(['typescript', 'javascript', 'python', 'prompt']), readAssets),
  ]);
  const frontendFor = (path: string): Frontend | undefined => {
    if (!accepts(path)) return undefined;
    const extension = extensionOf(path);
    return frontends.find((frontend) => frontend.extensions.includes(extension)) ?? frontends.find((frontend) => frontend.matches?.(path));
  };
  return {
    createProject,
    frontends,
    counter: await createCounter(),
    frontendFor,
    models: (day) => COMPLETED.flatMap((provider) => listModels(provider, day)).map(modelChoice),
  };
}

/** Providers whose ids are completed, the commonest first; aggregators repeat these under their own names. */
const COMPLETED = ['anthropic', 'openai', 'google', 'deepseek', 'xai', 'mistral', 'groq', 'cohere', 'bedrock'] as const;

function modelChoice({ model, provider, price, contextWindow, retirement, tier }: ListedModel): ModelChoice {
  const notes = [
    price,
    ...(contextWindow ? [`Context window: ${formatTokens(contextWindow)} tokens.`] : []),
    ...(retirement ? [`The provider stops serving it on ${retirement.date}.`] : []),
  ];
  return {
    id: model,
    provider,
    price,
    note: notes.join('\n\n'),
    retired: retirement !== undefined && retirement.daysLeft < 90,
    listed: tier !== undefined,
  };
}
