import type { StoredColumn, StoredKind } from '../schema/plan.ts';
import type { ElementKind } from '../schema/types.ts';
import type { ColumnData, ColumnValues } from './reader.ts';

const TYPED = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
  timestamp: BigInt64Array,
  ref: Float64Array,
} as const;

type Writable = { [index: number]: unknown };

/** Gathers the values of a column into the arrays that readers hand out. */
export class ColumnBuilder {
  readonly #column: StoredColumn;
  readonly #rows: number;
  #values: ColumnValues;
  #validity: Uint8Array | null = null;
  #nulls = 0;

  /**
   * @param rows how many there will be
   * @param room for how many there is memory at first; {@link fill} makes more, so that a count that is not true takes
   *   none
   */
  constructor(column: StoredColumn, rows: number, room: number = rows) {
    this.#column = column;
    this.#rows = rows;
    this.#values = valuesFor(column, Math.min(rows, room));
  }

  /** Sets row `row`, once, to a value that is not null. */
  set(row: number, value: unknown): void {
    (this.#values as Writable)[row] = value;
  }

  /** Says that row `row` is null. */
  setNull(row: number): void {
    this.#validity ??= new Uint8Array(Math.ceil(this.#values.length / 8)).fill(0xff);
    this.#validity[row >> 3]! &= ~(1 << (row & 7));
    this.#nulls++;
  }

  /** Sets rows from `row` on to elements `from` to `to` of `values`; null and undefined are null. */
  fill(row: number, values: ArrayLike<unknown>, from: number, to: number): void {
    if (row + to - from > this.#values.length) this.#grow(row + to - from);
    const target = this.#values;
    if (ArrayBuffer.isView(target) && ArrayBuffer.isView(values) && isBig(target) === isBig(values)) {
      (target as Float64Array).set((values as unknown as Float64Array).subarray(from, to), row);
      return;
    }
    for (let i = from; i < to; i++) {
      const value = values[i];
      if (value === null || value === undefined) this.setNull(row + i - from);
      else (target as Writable)[row + i - from] = value;
    }
  }

  #grow(needed: number): void {
    const rows = Math.min(this.#rows, Math.max(needed, 2 * this.#values.length));
    const grown = valuesFor(this.#column, rows);
    if (ArrayBuffer.isView(grown)) (grown as Float64Array).set(this.#values as Float64Array);
    else for (let row = 0; row < this.#values.length; row++) (grown as Writable)[row] = this.#values[row];
    this.#values = grown;
    if (this.#validity === null) return;
    const validity = new Uint8Array(Math.ceil(rows / 8)).fill(0xff);
    validity.set(this.#validity);
    this.#validity = validity;
  }

  finish(): ColumnData {
    return {
      column: this.#column,
      values: this.#values,
      nulls: this.#nulls,
      ...(this.#validity === null ? {} : { validity: this.#validity }),
    };
  }
}

function valuesFor({ kind }: StoredColumn, rows: number): ColumnValues {
  const type = TYPED[kind as keyof typeof TYPED];
  return type === undefined ? Array(rows).fill(null) : new type(rows);
}

function isBig(values: ArrayBufferView): boolean {
  return values instanceof BigInt64Array || values instanceof BigUint64Array;
}

/** Elements of an `array` column from their little-endian bytes. */
export function arrayElements(kind: ElementKind, bytes: Uint8Array): ArrayLike<number | bigint> {
  const type = kind === 'bool' ? Uint8Array : TYPED[kind];
  const copy = bytes.slice();
  return new type(copy.buffer, 0, copy.byteLength / type.BYTES_PER_ELEMENT);
}

/** Elements of an `array` column from values that stand apart; booleans become 0 and 1. */
export function elementsOf(kind: ElementKind, values: ArrayLike<unknown>): ArrayLike<number | bigint> {
  const type = kind === 'bool' ? Uint8Array : TYPED[kind];
  const elements = new type(values.length);
  for (let i = 0; i < values.length; i++) elements[i] = values[i] as never;
  return elements;
}

/** The typed array that values of a kind are handed out in, where there is one. */
export function typedArrayOf(kind: StoredKind): (new (length: number) => ArrayBufferView) | undefined {
  return TYPED[kind as keyof typeof TYPED];
}

/** Whether values of a kind come back as bigints. */
export function isWide(kind: StoredKind): boolean {
  return kind === 'i64' || kind === 'u64' || kind === 'timestamp';
}
