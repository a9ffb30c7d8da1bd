/** Call sites and live calls from the server's side: what sites are recognised by, and where they stand. Nothing here reaches the gateway; the editor carries it. */
import type { CancellationToken } from 'vscode-languageserver/node';
import type { AnalyzedCall } from '../../core/analyze.ts';
import { pathOfSite, siteFingerprint } from '../../core/observed/index.ts';
import type { ObservedSite, SiteFingerprint } from '../../core/protocol/observed.ts';
import { textHasherWith } from '../../workspace/salted-hash.ts';
import { notebookFile } from '../buffers.ts';
import type { Folder } from '../folders.ts';
import { scanWorkspace } from '../scan.ts';
import type { Session, View } from '../session.ts';

/** All call sites of the workspace. `salt`: the gateway's. */
export async function siteFingerprints(
  session: Session,
  salt: string,
  token: CancellationToken,
): Promise<{ sites: SiteFingerprint[]; cancelled: boolean }> {
  const hash = textHasherWith(salt);
  const sites: { readonly site: SiteFingerprint; readonly isPrompt: boolean }[] = [];
  const whole = await scanWorkspace(session, {
    token,
    visit: (view) => {
      for (const { site, id } of view.analysis.calls) {
        const name = { id: `${session.observed.prefixOf(view.folder.root)}${id}`, name: nameOf(view, site.callee) };
        sites.push({ site: siteFingerprint(site, name, hash), isPrompt: site.language === 'prompt' });
      }
    },
  });
  return { sites: withoutEchoes(sites), cancelled: !whole };
}

/** A prompt file that a call in the code reads is that call, not another one. */
function withoutEchoes(all: readonly { readonly site: SiteFingerprint; readonly isPrompt: boolean }[]): SiteFingerprint[] {
  const coded = new Set(all.filter(({ isPrompt }) => !isPrompt).flatMap(({ site }) => site.segments.map(({ hash }) => hash)));
  return all.filter(({ site, isPrompt }) => !isPrompt || !site.segments.some(({ hash }) => coded.has(hash))).map(({ site }) => site);
}

function nameOf(view: View, span: { start: number; end: number }): string {
  const line = (view.buffer.locate(span)?.range.start.line ?? 0) + 1;
  const file = view.buffer.path.startsWith(`${view.folder.root}/`) ? view.buffer.path.slice(view.folder.root.length + 1) : view.buffer.path;
  return `${file.replace(/:cells\.\w+$/, '')}:${line}`;
}

/** Figures follow what was seen. `reconsider`: throws away those of files. */
export function createUseObserved(
  session: Session,
  reconsider: (paths: readonly string[]) => void,
): (sites: readonly ObservedSite[]) => Promise<{ found: number }> {
  return async (sites) => {
    await session.folders.all();
    const changed = new Set(session.observed.use(sites).map(pathOfSite));
    reconsider((await Promise.all([...changed].map((path) => placeOf(session, path)))).flatMap((place) => place?.path ?? []));
    let found = 0;
    for (const { id } of sites) if (await callOf(session, id)) found++;
    return { found };
  };
}

/** Where a call site stands now; null: it is gone. */
export async function locateSite(session: Session, id: string): Promise<{ uri: string; line: number; character: number } | null> {
  const found = await callOf(session, id);
  const place = found?.view.buffer.locate(found.call.site.callee);
  return place ? { uri: place.uri, ...place.range.start } : null;
}

async function callOf(session: Session, id: string): Promise<{ readonly view: View; readonly call: AnalyzedCall } | undefined> {
  const place = await placeOf(session, pathOfSite(id));
  const view = place && session.viewPath(place.folder, place.path);
  const call = view?.analysis.calls.find((each) => `${session.observed.prefixOf(view.folder.root)}${each.id}` === id);
  return view && call && { view, call };
}

/** The file that an id names; a notebook that is open is analysed by its cells. */
async function placeOf(session: Session, named: string): Promise<{ readonly folder: Folder; readonly path: string } | undefined> {
  for (const folder of await session.folders.all()) {
    const prefix = session.observed.prefixOf(folder.root);
    const path = `${folder.root}/${named.slice(prefix.length)}`;
    const open = [...session.buffers.all()].find((buffer) => buffer.path === path || notebookFile(buffer.path) === path);
    if (named.startsWith(prefix) && (open || folder.files.has(path))) return { folder, path: open?.path ?? path };
  }
  return undefined;
}
