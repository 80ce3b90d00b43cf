import { SimtapeError } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';

/** What making a table came to: an error of our own as it is, anything else as one that names the table. */
export function tableNotMade({ name }: TablePlan, cause: unknown): SimtapeError {
  if (cause instanceof SimtapeError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SimtapeError('WriteFailed', `table ${name} cannot be made: ${why}`, { failed: 0 }, cause);
}
