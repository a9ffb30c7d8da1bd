/** A line on standard error that shows how far a scan is; only for people at a terminal, only when it takes a while. */
import type { Terminal } from './terminal.ts';

export interface Progress {
  readonly step: (done: number, total: number) => void;
  readonly done: () => void;
}

const SHOW_AFTER_MS = 400;
const REDRAW_MS = 80;
const CLEAR_LINE = '\r\u001b[2K';

export function progressOn(terminal: Terminal, label: string, now: () => number = Date.now): Progress {
  if (!terminal.err.isTerminal || terminal.env.CI || terminal.env.TERM === 'dumb') return { step: () => {}, done: () => {} };
  let next = now() + SHOW_AFTER_MS;
  let shown = false;
  return {
    step: (done, total) => {
      if (now() < next) return;
      next = now() + REDRAW_MS;
      shown = true;
      terminal.err.write(`${CLEAR_LINE}${label} ${done}/${total} files`);
    },
    done: () => {
      if (shown) terminal.err.write(CLEAR_LINE);
    },
  };
}
