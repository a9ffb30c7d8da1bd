/** Ways to cut bytes into pieces. */

/** Streams up to this size are cut at every byte. */
const SMALL = 1200;

const split = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const edges = [0, ...at, bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
};

/** Places that break naive readers: inside a character of several bytes, between CR and LF, between the two line ends of an event, inside `data:`. */
function awkward(bytes: Buffer): number[] {
  const places: number[] = [];
  for (let i = 1; i < bytes.length; i++) {
    const [before, here] = [bytes[i - 1]!, bytes[i]!];
    const midCharacter = (here & 0xc0) === 0x80;
    const midLineEnd = before === 13 || (before === 10 && (here === 10 || here === 13));
    const midName = before === 0x64 && here === 0x61 && bytes[i - 2] === 10;
    if (midCharacter || midLineEnd || midName) places.push(i);
  }
  return places;
}

/** At most `n` of a list, spread over it. */
const some = <T>(list: readonly T[], n: number): T[] => list.filter((_, i) => i % Math.max(1, Math.ceil(list.length / n)) === 0);

/** Byte by byte, in halves at the places that matter, and in all awkward places at once. */
export function* awkwardCuts(bytes: Buffer): Generator<Buffer[]> {
  const places = awkward(bytes);
  yield split(bytes, places);
  if (bytes.length <= 10_000)
    yield split(
      bytes,
      Array.from({ length: bytes.length - 1 }, (_, i) => i + 1),
    );
  yield split(
    bytes,
    Array.from({ length: Math.floor(bytes.length / 7) }, (_, i) => (i + 1) * 7),
  );
  const everywhere = Array.from({ length: bytes.length - 1 }, (_, i) => i + 1);
  const single = bytes.length <= SMALL ? everywhere : [...some(everywhere, 3), ...some(places, 3)];
  for (const place of single) yield split(bytes, [place]);
}
