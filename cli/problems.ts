import { isSimtapeError } from '../src/errors.ts';

/** The command line was used wrongly: exit code 2. The message says what, then what to do. */
export class UsageError extends Error {}

/** Something that was asked for cannot be done: exit code 1. The message says what, then what to do. */
export class Failure extends Error {}

/** An error as one line for the user, without a stack. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const known = error instanceof Failure || error instanceof UsageError || isSimtapeError(error);
  const named = known || error.name === 'Error' || 'code' in error;
  return oneLine(named ? error.message : `${error.name}: ${error.message}`);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
