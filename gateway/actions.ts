/** What the optional actions remember between calls. */
import { CacheMarks } from './cache-marks.ts';
import type { GatewayOptions } from './options.ts';
import { Processes } from './processes.ts';

export interface Actions {
  readonly marks?: CacheMarks;
  readonly processes?: Processes;
}

export const actionsOf = ({ injectCacheMark, processes }: Pick<GatewayOptions, 'injectCacheMark' | 'processes'>): Actions => ({
  ...(injectCacheMark ? { marks: new CacheMarks() } : {}),
  ...(processes ? { processes: new Processes() } : {}),
});
