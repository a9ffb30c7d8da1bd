import { defineSdk, openAiShaped } from './sdk.ts';

export default defineSdk({
  id: 'cerebras',
  name: 'Cerebras SDK',
  source: 'cerebras-cloud-sdk 1.91.0',
  python: openAiShaped(['cerebras.cloud.sdk'], 'cerebras', 'Cerebras,AsyncCerebras'),
  typescript: openAiShaped(['@cerebras/cerebras_cloud_sdk'], 'cerebras', 'default,Cerebras,default.Cerebras'),
});
