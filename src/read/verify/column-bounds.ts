/** Statistics of a column chunk, as they should be. */
export interface Facts {
  readonly nulls: number;
  readonly nans: number;
  /** Least and greatest value, NaN left out; null where there is none. */
  readonly least: Ordered | null;
  readonly greatest: Ordered | null;
}

export type Ordered = number | bigint | Uint8Array;

/** Statistics as the footer has them. */
export interface Stated {
  readonly nulls: number | null;
  readonly least: Ordered | null;
  readonly greatest: Ordered | null;
  /** Whether a bound is a value of the column; those of long texts are cut. */
  readonly leastExact: boolean;
  readonly greatestExact: boolean;
}

/** Works statistics out from decoded values: numbers, bigints, booleans, bytes, or lists of them. */
export class FactsOf {
  #nulls = 0;
  #nans = 0;
  #least: Ordered | null = null;
  #greatest: Ordered | null = null;

  add(values: ArrayLike<unknown>): void {
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      if (value === null || value === undefined) this.#nulls++;
      else if (isList(value)) for (let i = 0; i < value.length; i++) this.#one(value[i]);
      else this.#one(value);
    }
  }

  addNulls(rows: number): void {
    this.#nulls += rows;
  }

  /** Adds what was worked out of other values. */
  join(other: FactsOf): void {
    this.#nulls += other.#nulls;
    this.#nans += other.#nans;
    for (const bound of [other.#least, other.#greatest]) if (bound !== null) this.#one(bound);
  }

  get facts(): Facts {
    return { nulls: this.#nulls, nans: this.#nans, least: this.#least, greatest: this.#greatest };
  }

  #one(value: unknown): void {
    const ordered = typeof value === 'boolean' ? Number(value) : (value as Ordered);
    if (typeof ordered === 'number' && Number.isNaN(ordered)) {
      this.#nans++;
      return;
    }
    if (this.#least === null || isLess(ordered, this.#least)) this.#least = ordered;
    if (this.#greatest === null || isLess(this.#greatest, ordered)) this.#greatest = ordered;
  }
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof Uint8Array));
}

/** Bytes by their values, as Parquet orders text (parquet.thrift, `ColumnOrder`). */
function isLess(a: Ordered, b: Ordered): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) < 0;
  return (a as number) < (b as number);
}

/** What is wrong with stated statistics, or null. What is not stated is not wrong. */
export function disagreement(stated: Stated, { nulls, least, greatest }: Facts): string | null {
  if (stated.nulls !== null && stated.nulls !== nulls) return `says ${stated.nulls} nulls and has ${nulls}`;
  if (stated.least !== null && (least === null || isLess(least, stated.least))) {
    return `says that nothing is below ${shown(stated.least)}, and has ${shown(least)}`;
  }
  if (stated.greatest !== null && (greatest === null || isLess(stated.greatest, greatest))) {
    return `says that nothing is above ${shown(stated.greatest)}, and has ${shown(greatest)}`;
  }
  if (stated.leastExact && stated.least !== null && isLess(stated.least, least!)) {
    return `says that the least value is ${shown(stated.least)}, and it is ${shown(least)}`;
  }
  if (stated.greatestExact && stated.greatest !== null && isLess(greatest!, stated.greatest)) {
    return `says that the greatest value is ${shown(stated.greatest)}, and it is ${shown(greatest)}`;
  }
  return null;
}

function shown(value: Ordered | null): string {
  if (!(value instanceof Uint8Array)) return value === null ? 'no value' : String(value);
  const text = new TextDecoder().decode(value.subarray(0, 60));
  return JSON.stringify(value.length > 60 ? `${text}…` : text);
}
