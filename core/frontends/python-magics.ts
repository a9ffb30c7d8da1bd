/** IPython's additions to Python: magics, shell lines and help, taken out of a cell without moving anything else. */

/** Cell magics behind which the rest of the cell is still Python, run in the notebook's own names. */
const PYTHON_CELLS = new Set(['time', 'timeit', 'capture', 'prun', 'memit', 'mprun', 'python', 'python3', 'debug', 'px', 'skip', 'wandb', 'cache']);

const CELL_MAGIC = /^\s*%%(\w+)/;
/** `%pip …`, `!ls`, `?name` at the start of a statement. */
const LINE_MAGIC = /^\s*[%!?]/;
/** `files = !ls`, `time = %timeit …`. */
const ASSIGNED_MAGIC = /^\s*[\w.,\s]+=\s*(?:!|%[A-Za-z])/;
/** `name?`, `module.name??`. */
const HELP = /^\s*%?[\w.*]+\?{1,2}\s*$/;

/** The language of a code cell in a Python notebook: `python`, or what its cell magic names (`bash`, `html`, `writefile`). */
export function cellLanguage(source: string): string {
  const magic = CELL_MAGIC.exec(source)?.[1];
  return magic === undefined || PYTHON_CELLS.has(magic) ? 'python' : magic;
}

/** The Python of a cell, character for character at its place: everything else is spaces (`pass` where a block would be left empty). */
export function pythonOfCell(source: string): string {
  if (cellLanguage(source) !== 'python') return spaces(source);
  const state: State = { quote: '', depth: 0, continued: false };
  let inMagic = CELL_MAGIC.test(source);
  let result = '';
  for (const line of source.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const atStatement = state.quote === '' && state.depth === 0 && !state.continued;
    const isMagic = inMagic || (atStatement && (LINE_MAGIC.test(line) || ASSIGNED_MAGIC.test(line) || HELP.test(line)));
    if (isMagic) {
      result += inMagic ? spaces(line) : blank(line);
      // A shell line that ends with a backslash goes on in the next line.
      inMagic = /\\\s*$/.test(line);
      continue;
    }
    advance(state, line);
    result += line;
  }
  return result;
}

const spaces = (text: string): string => text.replace(/[^\r\n]/g, ' ');

function blank(line: string): string {
  const indent = /^[ \t]+/.exec(line)?.[0] ?? '';
  const rest = line.slice(indent.length);
  if (indent === '' || rest.trim() === '') return spaces(line);
  const filler = rest.trimEnd().length >= 4 ? 'pass' : '0';
  return indent + filler + spaces(rest.slice(filler.length));
}

/** Where a line of Python ends: within a triple-quoted string, within brackets, or behind a backslash. */
interface State {
  quote: string;
  depth: number;
  continued: boolean;
}

function advance(state: State, line: string): void {
  state.continued = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '\\') {
      i++;
      state.continued = state.quote === '' && /^\r?\n?$/.test(line.slice(i));
    } else if (state.quote !== '') {
      if (line.startsWith(state.quote, i)) {
        i += state.quote.length - 1;
        state.quote = '';
      }
    } else if (c === '#') {
      break;
    } else if (c === '"' || c === "'") {
      state.quote = line.startsWith(c.repeat(3), i) ? c.repeat(3) : c;
      i += state.quote.length - 1;
    } else if (c === '(' || c === '[' || c === '{') {
      state.depth++;
    } else if (c === ')' || c === ']' || c === '}') {
      state.depth = Math.max(0, state.depth - 1);
    }
  }
  // A string in single quotes ends with its line.
  if (state.quote.length === 1 && !/\\\r?\n?$/.test(line)) state.quote = '';
}
