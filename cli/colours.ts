/** Colours for people at a terminal; none in files, pipes and where `NO_COLOR` is set (https://no-color.org). */
import type { Output, Terminal } from './terminal.ts';

export type Paint = (text: string) => string;

export interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
  readonly underline: Paint;
}

const CODES: Readonly<Record<keyof Colours, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  blue: [34, 39],
  green: [32, 39],
  cyan: [36, 39],
  underline: [4, 24],
};

export function coloursFor(terminal: Pick<Terminal, 'env'>, output: Output): Colours {
  const on = wantsColour(terminal.env, output);
  const paint = (name: keyof Colours): Paint => {
    const [start, end] = CODES[name];
    return on ? (text) => `\u001b[${start}m${text}\u001b[${end}m` : (text) => text;
  };
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    yellow: paint('yellow'),
    blue: paint('blue'),
    green: paint('green'),
    cyan: paint('cyan'),
    underline: paint('underline'),
  };
}

function wantsColour(env: Terminal['env'], output: Output): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return output.isTerminal && env.TERM !== 'dumb';
}
