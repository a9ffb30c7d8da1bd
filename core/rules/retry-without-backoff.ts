import { formatUsd } from '../format.ts';
import { placed } from './costs.ts';
import { defineRule, fill } from './rule.ts';

const messages = {
  endless:
    'This loop repeats a failed call at once and for ever.{{cost}} Most SDKs already retry twice with growing waits: leave it to them, or wait longer each time and give up after a few attempts.',
  counted:
    'This loop repeats a failed call up to {{attempts}} times without waiting, on top of the retries of the SDK.{{cost}} Leave it to the SDK, or wait longer each time.',
  some: 'This loop repeats a failed call without waiting, on top of the retries of the SDK.{{cost}} Leave it to the SDK, or wait longer each time.',
  cost: ' Attempts that fail after the model answered are billed, about {{call}} each.',
};

export default defineRule({
  id: 'retry-without-backoff',
  meta: { category: 'reliability', severity: 'info', summary: 'A hand-written loop repeats a failed call at once.' },
  messages,
  *call(site, context) {
    const { retry } = site;
    if (!retry || retry.backoff) return;
    const attempts = retry.attempts.kind === 'known' ? retry.attempts.value : undefined;
    // One second try is no storm.
    if (attempts !== undefined && attempts <= 2) return;
    const call = context.estimate.cost?.call.expected;
    const cost = call === undefined ? '' : fill(messages.cost, { call: formatUsd(call) });
    const text = retry.attempts.kind === 'none' ? messages.endless : attempts === undefined ? messages.some : messages.counted;
    const { at, related } = placed(site, retry.at, 'the retry loop');
    yield {
      message: fill(text, { cost, attempts: attempts ?? '' }),
      at,
      related,
      ...(retry.attempts.kind === 'none' ? {} : { severity: 'hint' as const }),
    };
  },
});
