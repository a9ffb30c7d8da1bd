import { defineSdk, openAiShaped } from './sdk.ts';

export default defineSdk({
  id: 'groq',
  name: 'Groq SDK',
  source: 'groq-sdk (same generator as openai-node)',
  python: openAiShaped(['groq'], 'groq', 'Groq,AsyncGroq'),
  typescript: openAiShaped(['groq-sdk'], 'groq', 'default,Groq,default.Groq'),
});
