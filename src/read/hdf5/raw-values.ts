import type { Metadata } from 'h5wasm/node';
import type { NumberArray } from '../../formats/hdf5/index.ts';
import type { H5Library } from './load.ts';

type Module = H5Library['Module'];

/** A byte order mark at the start of a text is part of it. */
export const decoder: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Values of a dataset: a typed array of numbers, codes or booleans, row after row; texts; byte strings. */
export type RawValues = RawNumbers | readonly string[] | readonly Uint8Array[];
export type RawNumbers = NumberArray;

const ARRAYS = {
  f8: Float64Array,
  f4: Float32Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
} as const;

export function isNumeric(module: Module, { type }: Metadata): boolean {
  const { H5T_INTEGER, H5T_FLOAT, H5T_ENUM } = module.H5T_class_t;
  return type === H5T_INTEGER.value || type === H5T_FLOAT.value || type === H5T_ENUM.value;
}

/** Whether values have no fixed length. */
export function isInHeap(module: Module, { type, vlen }: Metadata): boolean {
  return vlen || type === module.H5T_class_t.H5T_VLEN.value;
}

export function isText(module: Module, { type }: Metadata): boolean {
  return type === module.H5T_class_t.H5T_STRING.value;
}

/** Values from the bytes of elements; those of fixed lengths one after another; texts and byte strings stand behind pointers into the library's memory. */
export function valuesOf(module: Module, data: Uint8Array, metadata: Metadata): RawValues {
  const { H5T_STRING, H5T_VLEN, H5T_ENUM, H5T_FLOAT, H5T_OPAQUE } = module.H5T_class_t;
  const { type, size, signed } = metadata;
  const words = new Uint32Array(data.buffer, 0, data.length >> 2);
  if (type === H5T_OPAQUE.value || (type === H5T_STRING.value && !metadata.vlen)) {
    return Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));
  }
  if (type === H5T_STRING.value) {
    const heap = module.HEAPU8;
    return Array.from(words, (at) =>
      at === 0 ? '' : decoder.decode(heap.subarray(at, heap.indexOf(0, at))),
    );
  }
  if (type === H5T_VLEN.value) {
    return Array.from({ length: words.length / 2 }, (_, i) =>
      module.HEAPU8.slice(words[2 * i + 1]!, words[2 * i + 1]! + words[2 * i]!),
    );
  }
  const isFloat = type === H5T_FLOAT.value;
  const isSigned = type === H5T_ENUM.value ? false : signed;
  const array = ARRAYS[`${isFloat ? 'f' : isSigned ? 'i' : 'u'}${size}` as keyof typeof ARRAYS];
  if (array === undefined) throw new Error(`there are numbers of ${size} bytes, which simtape never writes`);
  return new array(data.buffer as ArrayBuffer, 0, data.length / size);
}
