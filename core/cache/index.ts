/** Prompt caches: what each provider's cache does with a request. Pure, shared by estimates, rules, the audit and the test provider. */

export { cacheRules } from './rules.ts';
export { type SimulateOptions, simulate } from './simulate.ts';
export * from './types.ts';
