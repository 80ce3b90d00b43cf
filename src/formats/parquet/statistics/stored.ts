import type { PhysicalType } from '../codes.ts';
import type { Leaf } from '../leaf.ts';
import type { Bound, Bounds } from './bounds.ts';
import { type StoredBound, truncateMax, truncateMin } from './truncate.ts';

/** Statistics in the form of the file. Plain data. */
export interface Statistics {
  readonly nulls: number;
  /** Only of floats. */
  readonly nans?: number;
  readonly min?: StoredBound;
  readonly max?: StoredBound;
}

/** Turns bounds into what the file holds. */
export function storeBounds(leaf: Leaf, bounds: Bounds, nulls: number): Statistics {
  const { min, max } = bounds;
  const text = leaf.kind !== 'bytes';
  const upper = max instanceof Uint8Array ? truncateMax(max, text) : fixed(max, leaf.physical);
  const lower = min instanceof Uint8Array ? truncateMin(min, text) : fixed(min, leaf.physical);
  return {
    nulls,
    ...(leaf.physical === 'DOUBLE' || leaf.physical === 'FLOAT' ? { nans: bounds.nans } : {}),
    ...(lower === null ? {} : { min: lower }),
    ...(upper === null ? {} : { max: upper }),
  };
}

const fixedBytes = new Uint8Array(8);
const view = new DataView(fixedBytes.buffer);

/** A number as PLAIN encodes it. Source: `parquet.thrift`, `Statistics`. */
function fixed(value: Exclude<Bound, Uint8Array> | null, physical: PhysicalType): StoredBound | null {
  if (value === null) return null;
  let size = 8;
  if (typeof value === 'bigint') {
    view.setBigInt64(0, value, true);
  } else if (physical === 'DOUBLE') {
    view.setFloat64(0, value, true);
  } else {
    size = physical === 'BOOLEAN' ? 1 : 4;
    if (physical === 'FLOAT') view.setFloat32(0, value, true);
    else view.setInt32(0, value, true);
  }
  return { bytes: fixedBytes.slice(0, size), exact: true };
}
