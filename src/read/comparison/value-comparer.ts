import { parseExactly } from '../../backends/exact-json.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { Bounds } from './tolerance.ts';

/** Compares values of one column, and remembers how far numbers were from each other. */
export class ValueComparer {
  maxAbsolute = 0;
  maxRelative = 0;
  readonly #bounds: Bounds;
  readonly #signedZero: boolean;
  readonly #same: (a: unknown, b: unknown) => boolean;

  constructor({ kind }: StoredColumn, bounds: Bounds, signedZero: boolean) {
    this.#bounds = bounds;
    this.#signedZero = signedZero;
    this.#same = this.#comparison(kind);
  }

  /** Whether two values are equal, or numbers within the tolerance. Null equals null, and NaN equals NaN. */
  isSame(a: unknown, b: unknown): boolean {
    if (a === b) return this.#sameZero(a, b);
    if (a === null || b === null) return false;
    return this.#same(a, b);
  }

  #comparison(kind: StoredColumn['kind']): (a: unknown, b: unknown) => boolean {
    switch (kind) {
      case 'json':
        return (a, b) => this.#sameTexts(a as string, b as string);
      case 'array':
      case 'bytes':
        return (a, b) => this.#sameElements(a as ArrayLike<unknown>, b as ArrayLike<unknown>);
      case 'utf8':
      case 'enum':
      case 'bool':
        return () => false;
      default:
        return (a, b) => this.#sameNumbers(a as number, b as number);
    }
  }

  /** Of values that are equal otherwise. */
  #sameZero(a: unknown, b: unknown): boolean {
    return a !== 0 || !this.#signedZero || Object.is(a, b);
  }

  /** Two numbers, or two bigints, that are not identical. */
  #sameNumbers(a: number | bigint, b: number | bigint): boolean {
    if (Number.isNaN(a) && Number.isNaN(b)) return true;
    const absolute = Math.abs(typeof a === 'bigint' ? Number(a - (b as bigint)) : a - (b as number));
    if (Number.isNaN(absolute)) return false;
    const larger = Math.max(Math.abs(Number(a)), Math.abs(Number(b)));
    const relative = larger === Number.POSITIVE_INFINITY ? larger : absolute / larger;
    if (absolute > this.maxAbsolute) this.maxAbsolute = absolute;
    if (relative > this.maxRelative) this.maxRelative = relative;
    return absolute <= this.#bounds.absolute || relative <= this.#bounds.relative;
  }

  #sameElements(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
    let same = a.length === b.length;
    for (let i = 0; i < a.length && i < b.length; i++) {
      // All are looked at: the largest difference is wanted.
      if (a[i] !== b[i] && !this.#sameNumbers(a[i] as number, b[i] as number)) same = false;
      else if (!this.#sameZero(a[i], b[i])) same = false;
    }
    return same;
  }

  /** Texts of JSON that are not identical. What is no JSON, in a damaged recording, is a text. */
  #sameTexts(a: string, b: string): boolean {
    try {
      return this.#sameJson(parseExactly(a), parseExactly(b));
    } catch {
      return false;
    }
  }

  /** JSON values, the order of an object's keys left out of account. */
  #sameJson(a: unknown, b: unknown): boolean {
    if (isSimple(a) || isSimple(b)) {
      return a === b || (isNumber(a) && typeof a === typeof b && this.#sameNumbers(a, b as typeof a));
    }
    const [left, right] = [Object.entries(a as object), b as Record<string, unknown>];
    let same = Array.isArray(a) === Array.isArray(b) && left.length === Object.keys(right).length;
    for (const [key, value] of left) {
      if (!Object.hasOwn(right, key) || !this.#sameJson(value, right[key])) same = false;
    }
    return same;
  }
}

function isSimple(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
