/** A bound as it is stored, and whether it is a value of the column. */
export interface StoredBound {
  readonly bytes: Uint8Array;
  readonly exact: boolean;
}

/** Longer bounds are cut, so that one huge string does not swell the footer. Source: PageIndex.md. */
const LIMIT = 64;

/** A lower bound: a prefix of a value is not greater than it. Text is cut between characters. */
export function truncateMin(value: Uint8Array, text: boolean): StoredBound {
  if (value.length <= LIMIT) return { bytes: value.slice(), exact: true };
  return { bytes: value.slice(0, text ? characterStart(value, LIMIT) : LIMIT), exact: false };
}

/** An upper bound: a prefix with its last part raised. Null where nothing in it can be. */
export function truncateMax(value: Uint8Array, text: boolean): StoredBound | null {
  if (value.length <= LIMIT) return { bytes: value.slice(), exact: true };
  const bytes = text ? raiseText(value) : raiseBytes(value);
  return bytes === null ? null : { bytes, exact: false };
}

function raiseBytes(value: Uint8Array): Uint8Array | null {
  let end = LIMIT;
  while (end > 0 && value[end - 1] === 0xff) end--;
  if (end === 0) return null;
  const raised = value.slice(0, end);
  raised[end - 1]!++;
  return raised;
}

function raiseText(value: Uint8Array): Uint8Array | null {
  let end = characterStart(value, LIMIT);
  while (end > 0) {
    const start = characterStart(value, end - 1);
    const character = new TextDecoder().decode(value.slice(start, end)).codePointAt(0) ?? 0;
    if (character < 0x10ffff) {
      // Surrogates are no characters.
      const next = character === 0xd7ff ? 0xe000 : character + 1;
      const raised = new TextEncoder().encode(String.fromCodePoint(next));
      const bytes = new Uint8Array(start + raised.length);
      bytes.set(value.subarray(0, start));
      bytes.set(raised, start);
      return bytes;
    }
    end = start;
  }
  return null;
}

/** Where the character that byte `at` is part of begins. */
function characterStart(value: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && (value[start]! & 0xc0) === 0x80) start--;
  return start;
}
