/** Words of the gate between a test and its backend (programs/slow-backend.ts) on the writer thread. */
export const WRITES_GO = 0; // writes wait until this is 1
export const WRITES_BEGUN = 1;
export const CLOSE_GOES = 2; // close waits until this is 1
export const CLOSE_BEGUN = 3;
export const GATE_BYTES = 16;

/** Opens all of the gate. */
export function openAll(gate: Int32Array): void {
  open(gate, WRITES_GO);
  open(gate, CLOSE_GOES);
}

/** Opens a part of the gate. */
export function open(gate: Int32Array, word: number): void {
  Atomics.store(gate, word, 1);
  Atomics.notify(gate, word);
}

/** Waits on this thread until a word is no longer 0. */
export function passed(gate: Int32Array, word: number): void {
  while (Atomics.load(gate, word) === 0) Atomics.wait(gate, word, 0);
}

/** Waits on the event loop until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextLook();
}

/** Between two looks at what other threads do, which may need the processor for it. */
export function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
