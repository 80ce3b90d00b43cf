import { jsonSize, MAX_DEPTH, plainPart, utf8Length } from './json-size.ts';
import type { Shape, Shapes } from './shapes.ts';
import {
  TAG_ARRAY,
  TAG_BIGINT,
  TAG_FALSE,
  TAG_INT,
  TAG_NULL,
  TAG_NUMBER,
  TAG_OBJECT,
  TAG_RAW,
  TAG_TEXT,
  TAG_TRUE,
  TAG_UNDEFINED,
} from './tags.ts';

/** What the arena's methods return where they did not write: no room left, or a value that cannot be stored. */
export const NO_ROOM = -1;
const UNSTORABLE = -2;

/** The object that is being written has other keys than was guessed. */
const OTHER_KEYS = -3;

const SHORT_TEXT = 40;
/** Bytes for the smaller values that come in a row behind the one that found no room. */
const SPARE = 4096;
const encoder = new TextEncoder();
const nothing = new Uint8Array(0);
const noData = new DataView(nothing.buffer);
type Plain = Readonly<Record<string, unknown>>;

/**
 * Writes text, bytes and JSON values one behind another into the arena of the current segment. Every method
 * returns the number of bytes written, `NO_ROOM` or `UNSTORABLE`; `position` may then stand anywhere behind
 * `used`, and the row that was being written starts again at `used`.
 */
export class Arena {
  /** End of the rows that were taken. */
  used = 0;
  position = 0;
  #start = 0;
  #end = 0;
  /** Bytes that the value which found no room may need at the most, as far as that is known. */
  #missing = 0;
  #bytes: Uint8Array = nothing;
  #data: DataView = noData;
  readonly #shapes: Shapes;
  #previous: Shape = { number: -1, keys: [], next: null };

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /** Goes on in a segment's arena, from byte `start` to byte `end` of the segment. */
  open(bytes: Uint8Array, data: DataView, start: number, end: number): void {
    this.#bytes = bytes;
    this.#data = data;
    this.#start = start;
    this.used = start;
    this.position = start;
    this.#end = end;
  }

  /**
   * Bytes of arena to try a row with that found no room: what it wrote and what is missing. Where that was guessed too
   * low before, in an arena that the row had for itself, twice as much as it had.
   */
  wanted(): number {
    const needed = this.position - this.used + this.#missing + SPARE;
    const had = this.#end - this.#start;
    return this.used > this.#start || needed > had ? needed : 2 * had;
  }

  text(value: string): number {
    const start = this.position;
    const length = value.length;
    if (this.#ascii(value, start)) {
      this.position = start + length;
      return length;
    }
    if (!value.isWellFormed()) return UNSTORABLE;
    // The target must be a view that ends where the arena ends, or a long text would run into what follows.
    const { read, written } = encoder.encodeInto(value, this.#bytes.subarray(start, this.#end));
    if (read < length) return this.#noRoom(utf8Length(value));
    this.position = start + written;
    return written;
  }

  /** Writes short ASCII text, the usual case, at a byte; a loop is faster than the encoder up to some 40 characters. */
  #ascii(value: string, at: number): boolean {
    const length = value.length;
    if (length > SHORT_TEXT || at + length > this.#end) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      bytes[at + i] = code;
    }
    return true;
  }

  #noRoom(missing: number): number {
    this.#missing = missing;
    return NO_ROOM;
  }

  raw(value: Uint8Array): number {
    const start = this.position;
    if (start + value.length > this.#end) return this.#noRoom(value.length);
    this.#bytes.set(value, start);
    this.position = start + value.length;
    return value.length;
  }

  /** A value as `JSON.stringify` sees it. */
  json(value: unknown): number {
    const start = this.position;
    const failed = this.#value(value, 0);
    if (failed === NO_ROOM) {
      this.position = start;
      return this.#noRoom(jsonSize(value));
    }
    if (failed !== 0) return failed;
    // A function, or an object whose toJSON says nothing: not a value.
    return this.#bytes[start] === TAG_UNDEFINED ? UNSTORABLE : this.position - start;
  }

  /** Returns 0 or a failure. */
  #value(value: unknown, depth: number): number {
    // The longest fixed part of any value: a tag and eight bytes.
    if (this.position + 9 > this.#end) return this.#noRoom(9);
    // One test after the other: a switch over typeof makes and compares strings.
    if (typeof value === 'string') return this.#textValue(TAG_TEXT, value);
    if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.#bytes[this.position++] = value ? TAG_TRUE : TAG_FALSE;
    else if (value === null) this.#bytes[this.position++] = TAG_NULL;
    else if (typeof value === 'object') return this.#object(value, depth);
    else if (typeof value === 'bigint') return this.#textValue(TAG_BIGINT, String(value));
    else this.#bytes[this.position++] = TAG_UNDEFINED;
    return 0;
  }

  #number(value: number): void {
    const at = this.position;
    if ((value | 0) === value) {
      this.#bytes[at] = TAG_INT;
      this.#data.setInt32(at + 1, value, true);
      this.position = at + 5;
    } else {
      this.#bytes[at] = TAG_NUMBER;
      this.#data.setFloat64(at + 1, value, true);
      this.position = at + 9;
    }
  }

  #textValue(tag: number, value: string): number {
    const at = this.position;
    this.position = at + 5;
    const length = this.text(value);
    if (length === UNSTORABLE && tag === TAG_TEXT) {
      // JSON can hold a lone surrogate, as an escape.
      this.position = at;
      return this.#textValue(TAG_RAW, JSON.stringify(value));
    }
    if (length < 0) return length;
    this.#bytes[at] = tag;
    this.#data.setUint32(at + 1, length, true);
    return 0;
  }

  #object(value: object, depth: number): number {
    if (depth > MAX_DEPTH) return UNSTORABLE;
    if (Array.isArray(value)) return this.#array(value, depth);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#plain(value as Plain, depth);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      return this.#array(value as unknown as ArrayLike<unknown>, depth);
    }
    return this.#stringified(value);
  }

  #array(value: ArrayLike<unknown>, depth: number): number {
    this.#bytes[this.position] = TAG_ARRAY;
    this.#data.setUint32(this.position + 1, value.length, true);
    this.position += 5;
    for (let i = 0; i < value.length; i++) {
      const failed = this.#value(value[i], depth + 1);
      if (failed !== 0) return failed;
    }
    return 0;
  }

  #plain(value: Plain, depth: number): number {
    const start = this.position;
    const previous = this.#previous;
    const guess = previous.next;
    if (guess !== null) {
      const failed = this.#members(value, guess, depth);
      if (failed !== OTHER_KEYS) return failed;
      this.position = start;
    }
    const shape = this.#shapes.find(value);
    if (shape === null) return this.#stringified(value);
    previous.next = shape;
    return this.#members(value, shape, depth);
  }

  /**
   * Writes an object of a shape, finding out on the way whether it is of that shape. The keys are compared and the
   * values read in one `for in`, which the engine turns into reads by index; reading by name costs five times as much.
   */
  #members(value: Plain, shape: Shape, depth: number): number {
    const { keys } = shape;
    const bytes = this.#bytes;
    const data = this.#data;
    const end = this.#end;
    this.#previous = shape;
    let at = this.position;
    bytes[at] = TAG_OBJECT;
    data.setUint32(at + 1, shape.number, true);
    at += 5;
    let i = 0;
    let sure = false;
    for (const key in value) {
      if (key !== keys[i++]) return OTHER_KEYS;
      const member = value[key];
      // Numbers, the usual case, are written here: a call for each would cost more than the store.
      if (typeof member === 'number' && at + 9 <= end) {
        bytes[at] = TAG_NUMBER;
        data.setFloat64(at + 1, member, true);
        at += 9;
        continue;
      }
      if (typeof member === 'object' && member !== null && !sure) {
        // A wrong guess must not be found out behind a member that is written again then, at every level.
        if (!hasKeys(value, keys)) return OTHER_KEYS;
        sure = true;
      }
      this.position = at;
      const failed = this.#value(member, depth + 1);
      if (failed !== 0) return failed;
      at = this.position;
    }
    this.position = at;
    return i === keys.length ? 0 : OTHER_KEYS;
  }

  /** Objects with behaviour (dates, maps, class instances), and shapes beyond counting. */
  #stringified(value: object): number {
    let text: string | undefined;
    try {
      text = JSON.stringify(value, plainPart);
    } catch {
      return UNSTORABLE;
    }
    if (text !== undefined) return this.#textValue(TAG_RAW, text);
    this.#bytes[this.position++] = TAG_UNDEFINED;
    return 0;
  }
}

function hasKeys(value: object, keys: readonly string[]): boolean {
  let i = 0;
  for (const key in value) if (key !== keys[i++]) return false;
  return i === keys.length;
}
