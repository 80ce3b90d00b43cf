/** A smallest or largest value: text and bytes compare bytewise without sign. */
export type Bound = number | bigint | Uint8Array;

/** What is known of the values of a page or a column chunk, nulls left out. */
export interface Bounds {
  /** Null where there is no value, or one is NaN. */
  readonly min: Bound | null;
  readonly max: Bound | null;
  /** How many values are NaN; 0 where values cannot be. */
  readonly nans: number;
}

export const NO_BOUNDS: Bounds = { min: null, max: null, nans: 0 };

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

export function isLess(a: Bound, b: Bound): boolean {
  return a instanceof Uint8Array ? compareBytes(a, b as Uint8Array) < 0 : a < (b as number | bigint);
}

/** The bounds of two stretches taken together. */
export function mergeBounds(a: Bounds, b: Bounds): Bounds {
  const nans = a.nans + b.nans;
  if (nans > 0) return { ...NO_BOUNDS, nans };
  if (a.min === null || a.max === null) return { min: b.min, max: b.max, nans };
  if (b.min === null || b.max === null) return { min: a.min, max: a.max, nans };
  return {
    min: isLess(b.min, a.min) ? b.min : a.min,
    max: isLess(a.max, b.max) ? b.max : a.max,
    nans,
  };
}
