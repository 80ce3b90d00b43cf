import { rawNumber } from '../buffer/json-size.ts';

/** A replacer for `JSON.stringify` that keeps every digit of a bigint. */
export function bigintsAsNumbers(_: string, part: unknown): unknown {
  return typeof part === 'bigint' ? rawNumber(part) : part;
}
