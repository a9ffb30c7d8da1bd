/** Which version of a package a project uses: from what is installed, or else from its lock file or requirements. */
import { foldersUp } from '../program/resolve.ts';
import type { DefaultModel, VersionedBound } from '../sdks/sdk.ts';

type Read = (path: string) => string | undefined;

/** `1.2.11`; undefined when nothing tells. `exact`: a range that newer versions fit tells nothing. */
export function versionOf(read: Read, from: string, root: string, name: string, exact = false): string | undefined {
  for (const dir of foldersUp(from, root)) {
    const found = installed(read, dir, name) ?? locked(read, dir, name, exact);
    if (found) return found;
  }
  return undefined;
}

function installed(read: Read, dir: string, name: string): string | undefined {
  const text = read(`${dir}/node_modules/${name}/package.json`);
  return text && /"version"\s*:\s*"([^"]+)"/.exec(text)?.[1];
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function locked(read: Read, dir: string, name: string, exact: boolean): string | undefined {
  const quoted = escape(name);
  const python = quoted.replace(/[-_]/g, '[-_.]');
  const pins = exact ? '(?:==|~=)' : '(?:==|~=|>=)';
  const sources: readonly (readonly [string, RegExp])[] = [
    ['package-lock.json', new RegExp(`"node_modules/${quoted}"\\s*:\\s*\\{\\s*"version"\\s*:\\s*"([^"]+)"`)],
    ['pnpm-lock.yaml', new RegExp(`^\\s+['"]?/?${quoted}[@/](\\d[^'":(]*)`, 'm')],
    ['yarn.lock', new RegExp(`^"?${quoted}@[^\\n]*:\\n\\s+version:?\\s+"?([^"\\n]+)`, 'm')],
    ['uv.lock', new RegExp(`name = "${python}"\\s*\\nversion = "([^"]+)"`, 'i')],
    ['poetry.lock', new RegExp(`name = "${python}"\\s*\\nversion = "([^"]+)"`, 'i')],
    ['requirements.txt', new RegExp(`^${python}(?:\\[[^\\]]*\\])?\\s*${pins}\\s*([\\d.]+)`, 'im')],
    ['pyproject.toml', new RegExp(`["']${python}(?:\\[[^\\]]*\\])?\\s*${pins}\\s*([\\d.]+)`, 'i')],
    ['package.json', new RegExp(`"${quoted}"\\s*:\\s*"${exact ? '' : '[~^>=]*'}(\\d[^"\\s]*)"`)],
  ];
  for (const [file, pattern] of sources) {
    const version = pattern.exec(read(`${dir}/${file}`) ?? '')?.[1];
    if (version) return version;
  }
  return undefined;
}

const parts = (version: string): number[] => version.split(/[.+-]/).map((p) => Number.parseInt(p, 10) || 0);

export function compareVersions(a: string, b: string): number {
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) - (y[i] ?? 0);
  return 0;
}

/** The default of a framework option: by version when it changed; the newest when the version is not known, with a note. */
export function boundByVersion(spec: VersionedBound, version: string | undefined): { readonly bound: number | 'none'; readonly note: string } {
  const row = version === undefined ? spec.from[0] : spec.from.find(([from]) => compareVersions(version, from) >= 0);
  const bound = row?.[1] ?? 'none';
  return { bound, note: version === undefined ? `${spec.package} of unknown version, the newest assumed` : `${spec.package} ${version}` };
}

/** The model that a framework takes when none is named: that of the newest version read where the project pins none; undefined for versions not read. */
export function modelByVersion(spec: DefaultModel, version: string | undefined): string | undefined {
  const row = version === undefined ? spec.from[0] : spec.from.find(([from]) => compareVersions(version, from) >= 0);
  return row?.[1];
}
