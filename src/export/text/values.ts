/**
 * A float as text that readers take for a float and read back exactly: 1 is `1.0`, since a column whose first rows are
 * all integers would be taken for one of integers. Not for NaN and infinities.
 */
export function floatText(value: number): string {
  if (!Number.isInteger(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const text = String(value);
  return text.includes('e') ? text : `${text}.0`;
}

const NANOSECONDS = 1_000_000n;

/** An instant in ISO 8601 with all nine digits, from nanoseconds since the Unix epoch. */
export function instantText(nanoseconds: bigint): string {
  const rest = ((nanoseconds % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  const milliseconds = (nanoseconds - rest) / NANOSECONDS;
  const text = new Date(Number(milliseconds)).toISOString();
  return `${text.slice(0, -1)}${String(rest).padStart(6, '0')}Z`;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
