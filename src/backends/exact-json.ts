import { rawNumber } from '../buffer/json-size.ts';

/** A replacer for `JSON.stringify` that keeps every digit of a bigint. */
export function bigintsAsNumbers(_: string, part: unknown): unknown {
  return typeof part === 'bigint' ? rawNumber(part) : part;
}

/**
 * Parses JSON without rounding: an integer that a number would be written in other digits is a bigint.
 * @throws `SyntaxError`
 */
export function parseExactly(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSON.parse(text, bigintsWhereRounded) : JSON.parse(text);
}

/** A reviver is several times slower; digits behind a point, which are frequent, need none. */
const LONG_INTEGER = /(?<![\d.])\d{16}/;

const bigintsWhereRounded = ((_: string, value: unknown, { source = '' }: { source?: string }) =>
  typeof value === 'number' && /^-?\d+$/.test(source) && String(value) !== source && source !== '-0'
    ? BigInt(source)
    : value) as (key: string, value: unknown) => unknown;
