/** How deep JSON values may be nested; deeper ones are taken for cycles. */
export const MAX_DEPTH = 64;

/** Bytes of a well-formed text in UTF-8. */
export function utf8Length(value: string): number {
  let bytes = value.length;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    // Two bytes from 0x80 on, three from 0x800 on; the halves of a surrogate pair make four together.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** What JSON has no form for, as the arena writes it elsewhere: bigints as integers, typed arrays as arrays. */
export function plainPart(_: string, part: unknown): unknown {
  if (typeof part === 'bigint') return rawNumber(part);
  if (!ArrayBuffer.isView(part) || part instanceof DataView) return part;
  return Array.from(part as unknown as ArrayLike<unknown>);
}

/**
 * A bigint for `JSON.stringify`, which writes all its digits as a number. `JSON.rawJSON` is in the language
 * (proposal-json-parse-with-source) but not yet in TypeScript's library.
 */
export function rawNumber(value: bigint): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value));
}

/** About the bytes that a value takes in an arena. */
export function jsonSize(value: unknown, depth = 0): number {
  if (typeof value === 'string') return 5 + utf8Length(value);
  if (typeof value === 'bigint') return 5 + String(value).length;
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 9;
  if (Array.isArray(value))
    return value.reduce((sum: number, element) => sum + jsonSize(element, depth + 1), 5);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return 5 + 9 * (value as unknown as ArrayLike<number>).length;
  }
  return Object.values(value).reduce((sum: number, member) => sum + jsonSize(member, depth + 1), 5);
}
