import { SimtapeError, show } from '../../../errors.ts';
import { ByteWriter } from '../byte-writer.ts';
import type { GlobalHeap } from '../global-heap.ts';
import { ARRAYS, type Hdf5Number, type Hdf5Type, type NumberArray } from '../types.ts';
import { writeDataspace } from './dataspace.ts';
import { writeDatatype } from './datatype.ts';
import { isName, isText } from './link.ts';

/**
 * The value of an attribute. A number is stored as f64, a bigint as i64 (as u64 from 2^63 on), an array as one
 * dimension; text is UTF-8 of any length, as h5py stores it.
 */
export type AttributeValue =
  | number
  | bigint
  | boolean
  | string
  | readonly number[]
  | readonly bigint[]
  | readonly boolean[]
  | readonly string[]
  | NumberArray;

/** Attributes by name. */
export type AttributeValues = Readonly<Record<string, AttributeValue>>;

/** Where texts of any length go. */
type Heap = Pick<GlobalHeap, 'put'>;

/** Messages of attributes, by name. @throws `InvalidConfig` for a name or a value that cannot be stored. */
export function encodeAttributes(
  path: string,
  values: AttributeValues,
  heap: Heap,
): { name: string; message: Uint8Array }[] {
  return Object.entries(values).map(([name, value]) => {
    if (isName(name)) return { name, message: encodeAttribute(path, name, value, heap) };
    const message = `${path} cannot have an attribute named ${show(name)}`;
    throw new SimtapeError('InvalidConfig', message, { key: 'attributes', value: name });
  });
}

/** Checks attributes without storing them. @throws `InvalidConfig` */
export function refuseAttributes(path: string, values: AttributeValues): void {
  encodeAttributes(path, values, { put: () => {} });
}

/** An attribute's elements. */
interface Elements {
  readonly type: Hdf5Type;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * An attribute message of version 3; texts go to the heap. Source: HDF5 File Format Specification Version 3.0,
 * IV.A.2.m.
 * @throws `InvalidConfig` for a value that cannot be stored.
 */
function encodeAttribute(path: string, name: string, value: AttributeValue, heap: Heap): Uint8Array {
  const elements = elementsOf(value, heap);
  if (elements === null) {
    const message =
      `the attribute ${name} of ${path} cannot be ${show(value)}: ` +
      'it takes a number, bigint, boolean, well-formed text without U+0000, an array of one of these, or a typed array';
    throw new SimtapeError('InvalidConfig', message, { key: `attributes.${name}`, value });
  }
  const datatype = writeDatatype(elements.type);
  const dataspace = writeDataspace(elements.shape);
  const text = new TextEncoder().encode(name);
  return new ByteWriter(elements.data.length + 128)
    .u8(3)
    .u8(0)
    .u16(text.length + 1)
    .u16(datatype.length)
    .u16(dataspace.length)
    .u8(text.length > name.length ? 1 : 0)
    .bytes(text)
    .u8(0)
    .bytes(datatype)
    .bytes(dataspace)
    .bytes(elements.data)
    .finish();
}

function elementsOf(value: unknown, heap: Heap): Elements | null {
  if (ArrayBuffer.isView(value)) return typedElements(value);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const shape = Array.isArray(value) ? [list.length] : [];
  const encoded = encodeList(list, heap);
  return encoded === null ? null : { ...encoded, shape };
}

function typedElements(value: ArrayBufferView): Elements | null {
  const kind = (Object.keys(ARRAYS) as Hdf5Number[]).find((number) => value instanceof ARRAYS[number]);
  if (kind === undefined) return null;
  const data = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { type: kind, shape: [(value as NumberArray).length], data };
}

/** Elements of one type; none of an empty list, which is one of numbers. */
function encodeList(list: readonly unknown[], heap: Heap): { type: Hdf5Type; data: Uint8Array } | null {
  const all = (type: string) => list.every((item) => typeof item === type);
  if (all('number')) return bytesOf('f64', Float64Array.from(list as number[]));
  if (all('boolean')) return bytesOf('bool', Uint8Array.from(list as boolean[], Number));
  if (all('bigint')) {
    const values = list as bigint[];
    if (values.every((item) => BigInt.asIntN(64, item) === item))
      return bytesOf('i64', BigInt64Array.from(values));
    if (values.every((item) => BigInt.asUintN(64, item) === item))
      return bytesOf('u64', BigUint64Array.from(values));
    return null;
  }
  if (!all('string') || !(list as string[]).every(isText)) return null;
  const data = new Uint8Array(list.length * 16);
  const view = new DataView(data.buffer);
  const encoder = new TextEncoder();
  for (const [i, text] of (list as string[]).entries()) {
    const bytes = encoder.encode(text);
    heap.put(bytes, 0, bytes.length, view, i * 16);
  }
  return { type: 'utf8', data };
}

function bytesOf(type: Hdf5Type, values: NumberArray): { type: Hdf5Type; data: Uint8Array } {
  return { type, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
