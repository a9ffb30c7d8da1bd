/** Globs over names: models, agents, projects. Files have their own, with folders in them (`workspace/discover.ts`). */

/**
 * Whether a name fits a glob in which `*` stands for any text. No regular expression: with several `*` that takes time without measure on a long name, and
 * both may come from a repository that nobody trusts.
 */
export function fitsGlob(glob: string, name: string): boolean {
  const [first = '', ...others] = glob.split('*');
  const last = others.pop();
  if (last === undefined) return glob === name;
  const end = name.length - last.length;
  if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
