/** The salted hashes by which prompts, keys and tools are told apart without being kept. The gateway and the language server must make the same. */
import crypto from 'node:crypto';

export type Hasher = (text: string) => string;

/** 16 hex digits: enough to tell texts apart, useless to anyone without the salt. For keys and names: each call is dear. */
export const hasherWith =
  (salt: string): Hasher =>
  (text) =>
    crypto.createHmac('sha256', salt).update(text).digest('hex').slice(0, 16);

/** The same for texts of prompts, of which every call has many: one pass over salt and text, a twentieth of the time. */
export function textHasherWith(salt: string): Hasher {
  // Node before 20.12 has no hash in one step.
  const { hash } = crypto;
  if (!hash) return (text) => crypto.createHash('sha256').update(`${salt}\0${text}`).digest('hex').slice(0, 16);
  return (text) => hash('sha256', `${salt}\0${text}`).slice(0, 16);
}
