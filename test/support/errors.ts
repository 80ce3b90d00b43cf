import { expect } from 'vitest';
import { type ErrorTag, isSimtapeError, type SimtapeError } from '../../src/errors.ts';

/** The simtape error that `call` throws; fails where it throws none, or another. */
export function refusal<Tag extends ErrorTag>(tag: Tag, call: () => unknown): SimtapeError<Tag> {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  if (!isSimtapeError(thrown, tag)) expect.fail(`expected ${tag}, got ${String(thrown ?? 'no error')}`);
  return thrown;
}
