import { defineSdk, openAiShaped } from './sdk.ts';

export default defineSdk({
  id: 'fireworks',
  name: 'Fireworks SDK',
  source: 'fireworks-ai 1.2.30',
  python: openAiShaped(['fireworks'], 'fireworks', 'Fireworks,AsyncFireworks'),
});
