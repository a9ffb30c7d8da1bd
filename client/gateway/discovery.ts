/** Follows the file by which a running gateway is found. Knows nothing of VS Code. */
import { type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DISCOVERY_FILE, type Discovery, discoverySchema, stateFolder } from '../../core/protocol/gateway.ts';

export const defaultFolder = (): string => stateFolder(process.platform, process.env, homedir());

const POLL_MS = 2_000;

/** What the file says; undefined where there is none, or it cannot be read or understood. It may be of a gateway that is gone. */
export function readDiscovery(folder: string): Discovery | undefined {
  try {
    return discoverySchema.safeParse(JSON.parse(readFileSync(join(folder, DISCOVERY_FILE), 'utf8'))).data;
  } catch {
    // Not there, or being replaced: it is looked for again.
    return undefined;
  }
}

/** One gateway's run: another port, process or start is another gateway. */
export const sameRun = (a: Discovery | undefined, b: Discovery | undefined): boolean =>
  a?.pid === b?.pid && a?.startedAt === b?.startedAt && a?.port === b?.port && a?.socket === b?.socket && a?.token === b?.token;

export interface Watching {
  /** What the file says now. */
  readonly current: Discovery | undefined;
  /** Looks now. */
  look(): void;
  dispose(): void;
}

/**
 * Looks every two seconds, and at once when the folder changes while `eager` says so: the folder of a busy gateway changes all the time.
 * `onChange` is called when another gateway stands in the file, or none any more.
 */
export function watchDiscovery(
  folder: string,
  onChange: (discovery: Discovery | undefined) => void,
  { eager = () => true, pollMs = POLL_MS }: { readonly eager?: () => boolean; readonly pollMs?: number } = {},
): Watching {
  let current = readDiscovery(folder);
  let watcher: FSWatcher | undefined;
  let stamp = stampOf(folder);
  const look = (): void => {
    stamp = stampOf(folder);
    const next = readDiscovery(folder);
    if (sameRun(current, next)) return;
    current = next;
    onChange(next);
  };
  const attend = (): void => {
    if (!eager()) {
      watcher?.close();
      watcher = undefined;
      return;
    }
    try {
      watcher ??= watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || name === DISCOVERY_FILE) look();
      }).on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // No folder yet: the poll finds it.
    }
  };
  attend();
  const timer = setInterval(() => {
    if (stampOf(folder) !== stamp) look();
    attend();
  }, pollMs);
  timer.unref();
  return {
    get current() {
      return current;
    },
    look,
    dispose: () => {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

/** Changes whenever the file does. */
function stampOf(folder: string): string {
  const found = statSync(join(folder, DISCOVERY_FILE), { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : '';
}
