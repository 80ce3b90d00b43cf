import { SimtapeError, show } from '../../errors.ts';

import type { Compressors } from './filters/pipeline.ts';
import type { AttributeValues } from './messages/attribute.ts';
import type { Filters } from './messages/filters.ts';
import type { Hdf5Source } from './sink.ts';
import { ARRAYS, elementSize, type Hdf5Type, storedNumber, typeName } from './types.ts';
import type { RowData } from './values/row-data.ts';

export interface Hdf5WriterOptions extends Compressors {
  /** Readers can list groups and attributes in the order in which they were created. Default: true. */
  readonly trackOrder?: boolean;
  /** Groups on the way to a new object are made. Default: true. */
  readonly intermediateGroups?: boolean;
  /**
   * What the sink got, to be read again. With it, objects that were finished can be given attributes, data of fixed
   * datasets need not stay in memory, and {@link Hdf5Writer.unload} works.
   */
  readonly readBack?: Hdf5Source;
}

interface DatasetBase {
  readonly dtype: Hdf5Type;
  readonly attributes?: AttributeValues;
}

/** A dataset that grows along its first axis, in chunks. */
export interface ChunkedOptions extends DatasetBase {
  /** Rows that there are at least, as fill values until they are given, then the size of each row. */
  readonly shape: readonly number[];
  /** Most rows; null for no limit, which is the default. */
  readonly maxRows?: number | null;
  /** Rows of a chunk; by default what makes 64 KB. Data of less than one chunk get a smaller one. */
  readonly chunkRows?: number;
  readonly filters?: Filters;
  /**
   * Once it is finished, data of 1 KB at the most stand within the header, as they are: no chunk, no index, no filter, and
   * no room to grow. The header's own checksum covers them. Default: false.
   */
  readonly compactWhenSmall?: boolean;
  /** What rows hold that were not given: 0, false or empty by default; or an element's bytes, such as a certain NaN. */
  readonly fillValue?: number | bigint | boolean | Uint8Array;
}

/** A dataset of a fixed shape: within its header where it is small, else in one piece. */
export interface FixedOptions extends DatasetBase {
  readonly shape: readonly number[];
  /** All elements; without them, fill values until they are written. */
  readonly data?: RowData;
  /** Whether the data are within the header. By default where they have 1 KB at the most, and not where they have more. */
  readonly compact?: boolean;
  /** What elements hold that were not given: 0, false or empty by default. */
  readonly fillValue?: number | bigint | boolean | Uint8Array;
}

/** Bytes of data that may stand within the object header, which every checkpoint of a change writes again. */
export const MOST_COMPACT = 1024;

const USUAL_CHUNK = 65536;

/** A chunk must be smaller than 4 GB. Source: HDF5 File Format Specification Version 3.0, III.A.1. */
const LARGEST_CHUNK = 2 ** 31;

/** Checks a shape. @throws `InvalidConfig` */
export function refuseShape(path: string, shape: readonly number[], least: number): void {
  const sound = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (sound && shape.length >= least && shape.length <= 32 && shape.slice(1).every((size) => size > 0))
    return;
  invalid('shape', `${path} cannot have the shape ${show(shape)}: it takes ${least} to 32 sizes`, shape);
}

/** Rows of a chunk, checked or chosen. @throws `InvalidConfig` */
export function chunkRowsOf(path: string, options: ChunkedOptions, rowBytes: number): number {
  const { maxRows = null, chunkRows = Math.max(1, Math.floor(USUAL_CHUNK / rowBytes)) } = options;
  if (maxRows !== null && !(Number.isSafeInteger(maxRows) && maxRows >= 1 && maxRows >= options.shape[0]!)) {
    const message = `${path} cannot have at most ${show(maxRows)} rows: take an integer from 1, or null for no limit`;
    invalid('maxRows', message, maxRows);
  }
  if (!Number.isInteger(chunkRows) || chunkRows < 1 || chunkRows * rowBytes > LARGEST_CHUNK) {
    const most = Math.floor(LARGEST_CHUNK / rowBytes);
    invalid(
      'chunkRows',
      `${path} cannot have chunks of ${show(chunkRows)} rows: take 1 to ${most}`,
      chunkRows,
    );
  }
  return Math.min(chunkRows, maxRows ?? chunkRows);
}

/** The bytes of a fill value; null where none is given. @throws `InvalidConfig` */
export function fillBytes(
  path: string,
  { dtype, fillValue }: Pick<ChunkedOptions, 'dtype' | 'fillValue'>,
): Uint8Array | null {
  if (fillValue === undefined) return null;
  const number = storedNumber(dtype);
  if (fillValue instanceof Uint8Array) {
    if (number !== null && fillValue.length === elementSize(dtype)) return fillValue.slice();
    const message = `${path} of ${typeName(dtype)} cannot be filled with ${fillValue.length} bytes`;
    return invalid('fillValue', message, fillValue);
  }
  const wide = number === 'i64' || number === 'u64';
  const plain = typeof fillValue === 'boolean' ? Number(fillValue) : fillValue;
  if (number === null || (wide ? !isInteger(plain) : typeof plain !== 'number')) {
    return invalid(
      'fillValue',
      `${path} of ${typeName(dtype)} cannot be filled with ${show(fillValue)}`,
      fillValue,
    );
  }
  const values = new ARRAYS[number](1);
  if (wide) (values as BigInt64Array)[0] = BigInt(plain);
  else (values as Float64Array)[0] = plain as number;
  if (
    !Object.is(
      wide ? values[0] : Number(values[0]),
      wide ? BigInt(plain) : number === 'f32' ? Math.fround(plain as number) : plain,
    )
  ) {
    invalid(
      'fillValue',
      `${path} of ${typeName(dtype)} cannot hold its fill value ${show(fillValue)}`,
      fillValue,
    );
  }
  return new Uint8Array(values.buffer);
}

function isInteger(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

/** Attributes that a type brings along. */
export function attributesOf({ dtype, attributes }: DatasetBase): AttributeValues {
  const timestamp = dtype === 'timestamp' || (typeof dtype === 'object' && dtype.kind === 'timestamp');
  if (!timestamp) return attributes ?? {};
  return { units: typeof dtype === 'object' ? dtype.units : 'nanoseconds since 1970-01-01', ...attributes };
}

/** Bytes of a row of a shape. */
export function rowBytesOf(type: Hdf5Type, shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * size, elementSize(type));
}

function invalid(key: string, message: string, value: unknown): never {
  throw new SimtapeError('InvalidConfig', message, { key, value });
}
