import { defineSdk, openAiShaped } from './sdk.ts';

export default defineSdk({
  id: 'zai',
  name: 'Z.ai SDK',
  source: 'zai-sdk 0.2.3; zhipuai 2.1 by its documentation',
  python: openAiShaped(['zai', 'zhipuai'], 'other', 'ZaiClient,ZhipuAiClient,ZhipuAI', { cap: 'max_tokens' }),
});
