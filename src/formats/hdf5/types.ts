/** Numbers as HDF5 and JavaScript's typed arrays have them. */
export type Hdf5Number = 'i8' | 'i16' | 'i32' | 'i64' | 'u8' | 'u16' | 'u32' | 'u64' | 'f32' | 'f64';

/**
 * What an element of a dataset is.
 *
 * - `bool`: an enumeration of FALSE and TRUE over 8 bits, which h5py reads as its `bool`;
 * - `timestamp`: 64-bit integers; the dataset gets the attribute `units` (by default `nanoseconds since 1970-01-01`);
 * - `utf8`: text of any length, kept in the global heap (which no filter reaches); with `length`, text of at most
 *   so many bytes of UTF-8, filled up with zeros, in the dataset itself;
 * - `bytes`: byte strings of any length (sequences of u8, kept in the global heap); with `length`, opaque elements
 *   of that many bytes;
 * - `enum`: codes from 0 on with names, over u8, or u16 where there are more than 256.
 */
export type Hdf5Type =
  | Hdf5Number
  | 'bool'
  | 'timestamp'
  | 'utf8'
  | 'bytes'
  | { readonly kind: 'timestamp'; readonly units: string }
  | { readonly kind: 'utf8'; readonly length: number }
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'enum'; readonly labels: readonly string[] };

/** The typed arrays that hold numbers, codes and booleans. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

interface NumberArrays {
  f64: Float64Array;
  f32: Float32Array;
  i8: Int8Array;
  i16: Int16Array;
  i32: Int32Array;
  i64: BigInt64Array;
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  u64: BigUint64Array;
}

/** Constructors of the typed arrays, by kind. */
export const ARRAYS: {
  readonly [K in Hdf5Number]: { new (length: number): NumberArrays[K]; readonly BYTES_PER_ELEMENT: number };
} = {
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
};

/** The number that elements of a type are stored as; null for text and bytes. */
export function storedNumber(type: Hdf5Type): Hdf5Number | null {
  if (typeof type === 'object') {
    if (type.kind === 'enum') return type.labels.length > 256 ? 'u16' : 'u8';
    return type.kind === 'timestamp' ? 'i64' : null;
  }
  if (type === 'bool') return 'u8';
  if (type === 'timestamp') return 'i64';
  return type === 'utf8' || type === 'bytes' ? null : type;
}

/** Whether values have no fixed length, and stand in the global heap. */
export function isInHeap(type: Hdf5Type): type is 'utf8' | 'bytes' {
  return type === 'utf8' || type === 'bytes';
}

/** Bytes of an element in the dataset. */
export function elementSize(type: Hdf5Type): number {
  const number = storedNumber(type);
  if (number !== null) return ARRAYS[number].BYTES_PER_ELEMENT;
  // A length, and where the value is in the global heap.
  return typeof type === 'object' && 'length' in type ? type.length : 16;
}

/** A short name of a type, for messages. */
export function typeName(type: Hdf5Type): string {
  if (typeof type === 'string') return type;
  if (type.kind === 'enum') return `enum of ${type.labels.length}`;
  return type.kind === 'timestamp' ? 'timestamp' : `${type.kind} of ${type.length} bytes`;
}
