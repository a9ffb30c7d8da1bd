import { defineSdk, openAiShaped } from './sdk.ts';

export default defineSdk({
  id: 'together',
  name: 'Together SDK',
  source: 'together 3.1.1, together-ai 0.52.0',
  python: openAiShaped(['together'], 'together', 'Together,AsyncTogether'),
  typescript: openAiShaped(['together-ai'], 'together', 'default,Together,default.Together'),
});
