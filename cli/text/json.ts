/**
 * A replacer for `JSON.stringify`: integers beyond 2^53 and numbers that JSON cannot hold become text, which its readers
 * do not round, or stop at.
 */
export function exact(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function isSafe(value: bigint): boolean {
  return BigInt.asIntN(54, value) === value && Number.isSafeInteger(Number(value));
}
