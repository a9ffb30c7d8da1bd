/**
 * Reads syntax trees straight from the parser's memory. A call into WASM per node and property costs more than the parse itself;
 * reading the same numbers from linear memory costs a few nanoseconds. The layout is that of tree-sitter 0.25–0.27 on wasm32
 * (lib/src/subtree.h, tree.h, parser.h); `createPython` compares this reader with the cursor on a probe before it trusts it.
 */
import type { Tree } from 'web-tree-sitter';
import { COMMENT, DROP, FIELD, type GrammarTables, IS_LEAF, KIND, TOKEN } from './python-kinds.ts';
import type { Reusable, Rows, TreeReader } from './python-rows.ts';
import type { LinearMemory } from './tree-sitter.ts';

/** TSTree: offsets in words. */
const TREE_LANGUAGE = 2;
/** TSLanguage: offsets in words. */
const LANGUAGE = { productions: 7, aliasLength: 9, fieldSlices: 16, fieldEntries: 17, aliases: 21 };
/** SubtreeHeapData: offsets in words. */
const HEAP = { padding: 1, size: 4, errorCost: 8, children: 9, symbol: 10, flags: 11, production: 16 };
/** Flag bits of both forms. */
const INLINE = 1;
const INLINE_FLAG = { visible: 2, extra: 8, missing: 32 };
const HEAP_FLAG = { visible: 1, extra: 4, missing: 1 << 9 };

/** What a production says about its children: `by[production * stride + child]`. */
interface Productions {
  readonly stride: number;
  readonly alias: Uint16Array;
  readonly field: Uint8Array;
}

function productionsOf(memory: LinearMemory, language: number, fieldOf: Uint8Array): Productions {
  const words = new Int32Array(memory.buffer);
  const shorts = new Uint16Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const at = (offset: number) => words[(language >> 2) + offset] as number;
  const count = at(LANGUAGE.productions);
  const aliasLength = at(LANGUAGE.aliasLength) & 0xffff;
  if (count > 65536 || aliasLength > 256) throw new Error('unexpected language layout');
  const stride = 256;
  const alias = new Uint16Array(count * stride);
  const field = new Uint8Array(count * stride);
  for (let production = 1; production < count; production++) {
    for (let child = 0; child < aliasLength; child++) {
      alias[production * stride + child] = shorts[(at(LANGUAGE.aliases) >> 1) + production * aliasLength + child] as number;
    }
  }
  for (let production = 0; production < count; production++) {
    const slice = (at(LANGUAGE.fieldSlices) >> 1) + production * 2;
    const first = shorts[slice] as number;
    // The first entry that is not inherited names the child: walk backwards so that it is written last.
    for (let i = first + (shorts[slice + 1] as number) - 1; i >= first; i--) {
      const entry = at(LANGUAGE.fieldEntries) + i * 4;
      const inherited = bytes[entry + 3] !== 0;
      if (!inherited) field[production * stride + (bytes[entry + 2] as number)] = fieldOf[shorts[entry >> 1] as number] ?? 0;
    }
  }
  return { stride, alias, field };
}

/** One stack of open nodes, kept between reads: parallel arrays are quicker than frames as objects. */
interface OpenNodes {
  slot: number[];
  end: number[];
  position: number[];
  child: number[];
  production: number[];
  field: number[];
  /** The row of this node; −1 for nodes without one. */
  row: number[];
  /** What statements inside belong to. */
  context: number[];
}

const NEITHER = 0;
const MODULE = 1;
const CLASS = 2;
const IN_CLASS = 3;

/** What statements directly inside a row belong to: the module (also through errors), or a class; elsewhere nothing is taken over. */
function contextIn(kinds: Uint8Array, row: number, around: number): number {
  const kind = kinds[row];
  if (kind === KIND.module || (kind === KIND.ERROR && around === MODULE)) return MODULE;
  if (kind === KIND.class_definition) return IN_CLASS;
  return kind === KIND.block && around === IN_CLASS ? CLASS : NEITHER;
}

export function memoryReader(memory: LinearMemory, { kindOf, fieldOf }: GrammarTables): TreeReader {
  const open: OpenNodes = { slot: [], end: [], position: [], child: [], production: [], field: [], row: [], context: [] };
  let productions: Productions | undefined;
  let words = new Int32Array(0);

  const read = (tree: Tree, rows: Rows, reuse?: ReadonlyMap<number, Reusable>) => {
    const root = tree.rootNode;
    if (words.buffer !== memory.buffer) words = new Int32Array(memory.buffer);
    productions ??= productionsOf(memory, words[(root.id >> 2) + TREE_LANGUAGE] as number, fieldOf);
    rows.reset(root.descendantCount + 1);
    walk(root.id >> 2, root.startIndex, productions, rows, reuse);
  };

  const walk = (rootSlot: number, rootStart: number, { stride, alias, field }: Productions, rows: Rows, reuse?: ReadonlyMap<number, Reusable>) => {
    const m = words;
    const { kind: kinds, field: fields, start: starts, end: ends, next: nexts, id: ids } = rows;
    const { slot, end, position, child, production, field: inherited, row: rowOf, context } = open;
    let count = 0;
    let errorEnd = -1;
    // Up to here rows may be looked through for expressions, where statements of an earlier parse have no place.
    let closedUntil = -1;
    // An outer frame that holds nothing but the root.
    let top = 0;
    slot[0] = rootSlot;
    end[0] = rootSlot + 2;
    position[0] = rootStart * 2;
    child[0] = -1;
    production[0] = 0;
    inherited[0] = 0;
    rowOf[0] = -1;
    context[0] = MODULE;
    while (top >= 0) {
      const at = slot[top] as number;
      if (at === end[top]) {
        if ((rowOf[top] as number) >= 0) nexts[rowOf[top] as number] = count;
        top--;
        continue;
      }
      slot[top] = at + 2;
      const word = m[at] as number;
      let symbol: number;
      let padding: number;
      let size: number;
      let visible: boolean;
      let extra: boolean;
      let missing: boolean;
      let children = 0;
      if ((word & INLINE) !== 0) {
        const sizes = m[at + 1] as number;
        symbol = (word >>> 8) & 0xff;
        padding = (sizes >>> 16) & 0xff;
        size = sizes >>> 24;
        visible = (word & INLINE_FLAG.visible) !== 0;
        extra = (word & INLINE_FLAG.extra) !== 0;
        missing = (word & INLINE_FLAG.missing) !== 0;
      } else {
        const heap = word >> 2;
        const flags = m[heap + HEAP.flags] as number;
        symbol = (m[heap + HEAP.symbol] as number) & 0xffff;
        padding = m[heap + HEAP.padding] as number;
        size = m[heap + HEAP.size] as number;
        children = m[heap + HEAP.children] as number;
        visible = (flags & HEAP_FLAG.visible) !== 0;
        extra = (flags & HEAP_FLAG.extra) !== 0;
        missing = (flags & HEAP_FLAG.missing) !== 0;
      }
      // `child` counts children that the grammar's rule knows; −1 marks the first one, whose padding is the parent's.
      const first = (child[top] as number) < 0;
      const index = first ? 0 : (child[top] as number);
      const from = first ? (position[top] as number) : (position[top] as number) + padding;
      position[top] = from + size;
      let name = 0;
      if (extra) {
        child[top] = index;
      } else {
        child[top] = index + 1;
        if (index < stride) {
          const rule = (production[top] as number) * stride + index;
          name = field[rule] as number;
          const renamed = alias[rule] as number;
          if (renamed !== 0) {
            symbol = renamed;
            visible = true;
          }
        }
        if (name === 0) name = inherited[top] as number;
      }
      let row = -1;
      if (visible) {
        let kind = kindOf[symbol] as number;
        const start = from >> 1;
        const stop = (from + size) >> 1;
        if (missing) {
          if (start >= errorEnd) rows.damage.push({ start, end: stop });
          continue;
        }
        if (kind >= TOKEN) {
          if (kind === COMMENT) rows.comments.push({ start, end: stop });
          if (kind === DROP || kind === COMMENT || (name !== FIELD.operator && name !== FIELD.operators)) continue;
          kind = KIND.operator;
        }
        if (kind === KIND.ERROR) {
          if (start >= errorEnd) {
            rows.damage.push({ start, end: stop });
            errorEnd = stop;
          }
          if (context[top] !== MODULE) closedUntil = Math.max(closedUntil, stop);
        }
        row = count++;
        fields[row] = name;
        starts[row] = start;
        ends[row] = stop;
        nexts[row] = count;
        ids[row] = (word & INLINE) !== 0 ? 0 : word;
        if (reuse !== undefined && (context[top] === MODULE || context[top] === CLASS) && start >= closedUntil) {
          const known = reuse.get(word);
          const fits = known !== undefined && known.start === start && known.end === stop && known.inClass === (context[top] === CLASS);
          if (fits && m[(word >> 2) + HEAP.errorCost] === 0) {
            kinds[row] = KIND.reused;
            continue;
          }
        }
        kinds[row] = kind;
        if (IS_LEAF[kind] !== 0) continue;
      }
      if (children === 0) continue;
      top++;
      slot[top] = (word >> 2) - children * 2;
      end[top] = word >> 2;
      position[top] = from;
      child[top] = -1;
      production[top] = (m[(word >> 2) + HEAP.production] as number) >>> 16;
      inherited[top] = row >= 0 ? 0 : name;
      rowOf[top] = row;
      context[top] = row < 0 ? (context[top - 1] as number) : contextIn(kinds, row, context[top - 1] as number);
    }
    rows.count = count;
  };
  return { read };
}
