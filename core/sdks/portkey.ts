import { defineSdk, openAiShaped } from './sdk.ts';

/** A gateway: the provider that the client names, or else the model's own name, says whose price it is. */
const gateway = { baseUrl: undefined, vendor: '@receiver.provider' };

export default defineSdk({
  id: 'portkey',
  name: 'Portkey',
  source: 'portkey-ai 2.3.4 (Python), 3.1.0 (npm)',
  python: openAiShaped(['portkey_ai'], 'model', 'Portkey,AsyncPortkey', gateway),
  typescript: openAiShaped(['portkey-ai'], 'model', 'default,Portkey', gateway),
});
