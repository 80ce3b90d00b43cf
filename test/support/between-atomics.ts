/** What is about to be done, or was done, to a word that threads share. */
export interface AtomicStep {
  readonly when: 'before' | 'after';
  readonly operation: Operation;
  readonly array: unknown;
  readonly index: number;
}

const OPERATIONS = ['load', 'store', 'add', 'sub', 'exchange', 'compareExchange'] as const;
type Operation = (typeof OPERATIONS)[number];
type Anything = (...args: unknown[]) => unknown;

/**
 * Runs something and calls `at` before and after each atomic operation in it: the moments at which another thread may
 * have been there. What `at` does itself is not looked at. A throw of `at` ends the run there, as a terminated thread
 * ends.
 */
export function betweenAtomics<T>(run: () => T, at: (step: AtomicStep) => void): T {
  const target = Atomics as unknown as Record<Operation, Anything>;
  const originals = OPERATIONS.map((operation) => target[operation]);
  let inside = false;
  const visit = (step: AtomicStep) => {
    if (inside) return;
    inside = true;
    try {
      at(step);
    } finally {
      inside = false;
    }
  };
  for (const [i, operation] of OPERATIONS.entries()) {
    const original = originals[i]!;
    target[operation] = (...args) => {
      const [array, index] = args as [unknown, number];
      visit({ when: 'before', operation, array, index });
      const result = original(...args);
      visit({ when: 'after', operation, array, index });
      return result;
    };
  }
  try {
    return run();
  } finally {
    for (const [i, operation] of OPERATIONS.entries()) target[operation] = originals[i]!;
  }
}
