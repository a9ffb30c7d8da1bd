import { defineSdk } from './sdk.ts';

/** The strategy sits in the configuration of the run, or, up to 0.4, in the call itself. */
const STRATEGIES = ['config#1.extraction_strategy', 'extraction_strategy'] as const;
const of = (...options: readonly string[]): readonly string[] => STRATEGIES.flatMap((at) => options.map((option) => `${at}.${option}`));

export default defineSdk({
  id: 'crawl4ai',
  name: 'Crawl4AI',
  source: 'crawl4ai 0.9.2; the strategy that names its model itself from 0.3.72',
  python: {
    packages: ['crawl4ai'],
    provider: 'model',
    calls: [
      {
        signature: '{AsyncWebCrawler(),WebCrawler()}.{arun,arun_many,run}',
        api: 'extract',
        requires: { at: STRATEGIES, made: ['LLMExtractionStrategy()'] },
        fields: {
          model: of('llm_config#0.provider#0', 'provider'),
          messages: of('instruction'),
          cap: of('extra_args.max_tokens', 'llm_config#0.max_tokens'),
          baseUrl: of('llm_config#0.base_url', 'base_url', 'api_base'),
        },
        // Sent through LiteLLM as it is.
        omittedCap: 'model-maximum',
        addsPrompt: true,
      },
    ],
  },
});
