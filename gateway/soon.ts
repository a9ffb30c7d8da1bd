/** Behind what has come in this turn of the event loop: one look of the loop for all that is asked for in it. */
let steps: (() => void)[] = [];

function run(): void {
  const due = steps;
  steps = [];
  for (const step of due) step();
}

/** Runs it when the sockets that have something to say have been read. It must not throw: what was asked for behind it would be lost. */
export function soon(step: () => void): void {
  if (steps.push(step) === 1) setImmediate(run);
}
