/** Under which addresses clients reach the gateway: by the variable that their SDKs read. */
export interface BaseUrl {
  readonly variable: string;
  readonly url: string;
  /** Whose SDKs read it. */
  readonly provider: string;
}

export const baseUrls = (gateway: string): BaseUrl[] => [
  { variable: 'ANTHROPIC_BASE_URL', url: gateway, provider: 'Anthropic SDKs, Claude Code' },
  { variable: 'OPENAI_BASE_URL', url: `${gateway}/v1`, provider: 'OpenAI SDKs, Agents SDK, LiteLLM' },
  { variable: 'GOOGLE_GEMINI_BASE_URL', url: gateway, provider: 'Google Gen AI SDKs, Gemini CLI' },
];
