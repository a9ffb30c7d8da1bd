/** Questions about a tree that many of its places ask. */

/** The answer to a question about a node of a tree, worked out once: nodes never change, and are forgotten with their tree. */
export function oncePer<Node extends object, Answer>(answer: (node: Node) => Answer): (node: Node) => Answer {
  const known = new WeakMap<Node, { readonly answer: Answer }>();
  return (node) => {
    const seen = known.get(node);
    if (seen) return seen.answer;
    const found = { answer: answer(node) };
    known.set(node, found);
    return found.answer;
  };
}

/** The position of the first item at an offset or behind it, in a list that is sorted by it. */
export function firstFrom<T>(sorted: readonly T[], offset: number, offsetOf: (item: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsetOf(sorted[middle] as T) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
