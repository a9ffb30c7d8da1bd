/** Code and a request body, each as their side names them: the language server and the gateway. */
import { type Match, SiteIndex, siteFingerprint, toolsName } from '../../core/observed/index.ts';
import type { SiteFingerprint } from '../../core/protocol/observed.ts';
import { matchWire } from '../../core/wire/index.ts';
import { Fingerprinter } from '../../gateway/fingerprint.ts';
import { textHasherWith } from '../../workspace/salted-hash.ts';
import { analyzeCode, type Language } from '../rules/project.ts';

export const hash = textHasherWith('a salt');

/** The call sites of some code, by their ids. */
export async function sitesOf(code: string, language: Language = 'ts', salted = hash): Promise<SiteFingerprint[]> {
  const { calls, damage } = await analyzeCode(language, code);
  if (damage.length > 0) throw new Error('the code does not parse');
  return calls.map(({ site, id }) => siteFingerprint(site, { id, name: id }, salted));
}

const PATHS = { anthropic: '/v1/messages', chat: '/v1/chat/completions', responses: '/v1/responses' } as const;

/** Which of the sites a request came from. */
export function matchOf(sites: readonly SiteFingerprint[], api: keyof typeof PATHS, body: object): Match {
  const found = matchWire('POST', PATHS[api]);
  if (!found) throw new Error(`no API has ${PATHS[api]}`);
  const facts = found.api.facts(found.match, body, {});
  const print = new Fingerprinter(hash).of(facts);
  return new SiteIndex(sites, toolsName([], hash)).match({
    segments: print.segments,
    tools: print.tools,
    model: facts.model,
    provider: found.api.provider,
    api: found.api.id,
  });
}
