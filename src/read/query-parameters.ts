import { show } from '../errors.ts';

/**
 * Refuses what a query's `?` cannot stand for; a binding would take an object for names, and a Date for a number.
 * @throws a sentence that names the value
 */
export function checkParameters(parameters: unknown): void {
  if (!Array.isArray(parameters)) {
    throw new Error(`its parameters are a list with a value for each ?, not ${show(parameters)}`);
  }
  for (const [i, value] of parameters.entries()) {
    if (value === null || TYPES.includes(typeof value) || value instanceof Uint8Array) continue;
    throw new Error(
      `parameter ${i + 1} is ${show(value)}; it takes a number, bigint, string, boolean, Uint8Array or null`,
    );
  }
}

const TYPES: readonly string[] = ['number', 'bigint', 'string', 'boolean'];
