/** Ids that grow with time (UUID version 7, RFC 9562): rows of one moment lie beside each other in an index, so that writing them touches few of its pages. */
import { randomFillSync } from 'node:crypto';

/** Ids within one millisecond; beyond it they run ahead of the clock. */
const MAX_SERIAL = 0xfff;

let lastMs = 0;
let serial = 0;
let start = '';

/** Random bytes for many ids at a time: asking the system for a few costs as much as for many. */
const pool = Buffer.alloc(4096);
let used = pool.length;

/** 62 random bits behind the variant, as the end of an id. */
function randomEnd(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool[used] = (pool[used]! & 0x3f) | 0x80;
  const hex = pool.toString('hex', used, used + 8);
  used += 8;
  return `-${hex.slice(0, 4)}-${hex.slice(4)}`;
}

/** A new id, unique for ever: the time, a serial number within the millisecond, 62 random bits. */
export function timeOrderedId(nowMs = Date.now()): string {
  if (nowMs > lastMs || serial >= MAX_SERIAL) {
    lastMs = Math.max(nowMs, lastMs + 1);
    serial = 0;
    const hex = lastMs.toString(16).padStart(12, '0');
    start = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  } else serial++;
  return `${start}${serial.toString(16).padStart(3, '0')}${randomEnd()}`;
}
