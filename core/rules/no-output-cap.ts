import { formatTokens, formatUsd } from '../format.ts';
import { setArg } from './edits.ts';
import { defineRule, fill } from './rule.ts';

/** Offered as a starting point: eight times the usual reply (TraceLab: 523 tokens on average). */
const SUGGESTED_CAP = 4096;
const TOKENS_PER_MTOK = 1_000_000;

const messages = {
  priced:
    'No {{cap}}: an answer may run to the maximum of {{model}}, {{tokens}} tokens or {{worst}}. A usual one costs about {{usual}}. Set a cap a little above the longest answer you can use.',
  unpriced: 'No {{cap}}: an answer may run to the maximum of the model. Set a cap a little above the longest answer you can use.',
};

export default defineRule({
  id: 'no-output-cap',
  meta: { category: 'limits', severity: 'hint', summary: 'No cap on the length of the answer: it may run to the maximum of the model.' },
  messages,
  *call(site, context) {
    const { maxOutputTokens, omittedCap, options } = site;
    // Pictures, speech and embeddings have no length to cap.
    if (site.model.kind === 'known' && /image|tts|audio|embed|whisper|imagen|dall-e/i.test(site.model.value)) return;
    const cap = site.names.cap;
    if (maxOutputTokens.kind !== 'unknown' || maxOutputTokens.why !== 'absent' || omittedCap !== 'model-maximum') return;
    // Where the call itself takes the cap, it must be certain that nothing else sets it there.
    if (cap && (!options || options.open)) return;
    // A model object takes it, and the framework makes that.
    if (!cap && site.model.kind === 'unknown' && site.model.why === 'absent') return;
    const { quote, estimate } = context;
    const rate = quote?.rates.output;
    const most = quote?.maxOutputTokens;
    // The model's own maximum does what the cap would.
    if (most !== undefined && most <= SUGGESTED_CAP) return;
    const name = cap ?? 'cap on the answer';
    const message =
      quote && most && typeof rate === 'number'
        ? fill(messages.priced, {
            cap: name,
            model: quote.model,
            tokens: formatTokens(most),
            worst: formatUsd(Math.round((most * rate) / TOKENS_PER_MTOK)),
            usual: formatUsd(Math.round((estimate.outputTokens.expected * rate) / TOKENS_PER_MTOK)),
          })
        : fill(messages.unpriced, { cap: name });
    const edits = cap ? setArg(site, cap, String(SUGGESTED_CAP), context) : undefined;
    yield { message, at: site.callee, fixes: edits ? [{ title: `Cap the answer at ${SUGGESTED_CAP} tokens`, safety: 'review', edits }] : [] };
  },
});
