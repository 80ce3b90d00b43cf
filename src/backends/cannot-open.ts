import { SimtapeError } from '../errors.ts';

/** The error of a place that cannot be recorded to. */
export function cannotOpen(
  path: string,
  why: string,
  advice: string,
  cause?: unknown,
): SimtapeError<'CannotOpen'> {
  return new SimtapeError('CannotOpen', `cannot record to ${path}: ${why}; ${advice}`, { path }, cause);
}
