import { show } from '../../errors.ts';
import {
  ARRAYS,
  type Hdf5Number,
  type Hdf5Type,
  type NumberArray,
  storedNumber,
} from '../../formats/hdf5/types.ts';
import { countElements, invalidRows, type ValueRows } from '../../formats/hdf5/values/row-data.ts';

/** What a dataset takes: a value, nested arrays of them in its shape, or a typed array, one element after another. */
export type Hdf5Values = number | bigint | boolean | string | Date | ArrayBufferView | readonly Hdf5Values[];

/** Elements in the order of the last axis: numbers in the array of their type, else texts or byte strings. */
export interface Elements {
  /** Rows along the first axis; 1 of a single value. */
  readonly rows: number;
  readonly data: NumberArray | ValueRows;
}

/**
 * Elements for whole rows of a dataset.
 * @param shape of the dataset; what `values` have is one row of it, or several
 * @throws `InvalidBatch` where the shape is another one, or a value would not stay what it is
 */
export function elementsOf(
  path: string,
  type: Hdf5Type,
  shape: readonly number[],
  values: Hdf5Values,
): Elements {
  const number = storedNumber(type);
  const row = shape.slice(1);
  const perRow = row.reduce((product, size) => product * size, 1);
  if (isList(values, number) && !Array.isArray(values) && shape.length > 0) {
    const flat = values as NumberArray;
    if (flat.length % perRow !== 0) invalidRows(path, `${flat.length} elements are no rows of ${perRow}`);
    return { rows: flat.length / perRow, data: numbersOf(path, type, flat, true) };
  }
  const sizes = sizesOf(path, values, number);
  const isRow = same(sizes, shape.length === 0 ? [] : row);
  if (!isRow && (shape.length === 0 || !same(sizes.slice(1), row) || sizes.length !== shape.length)) {
    const wanted = shape.length === 0 ? 'a single value' : `[${['rows', ...row].join(', ')}]`;
    invalidRows(path, `takes ${wanted}, not values of the shape [${sizes.join(', ')}]`);
  }
  const rows = isRow ? 1 : sizes[0]!;
  if (number === null) {
    const flat: (string | Uint8Array)[] = [];
    flattenInto(flat, values, number);
    refuseMissing(path, flat);
    countElements(path, type, flat);
    return { rows, data: flat };
  }
  const flat: unknown[] = [];
  flattenInto(flat, values, number);
  return { rows, data: numbersOf(path, type, flat, endsInTyped(values)) };
}

/** Whether the numbers stand in typed arrays. */
function endsInTyped(values: Hdf5Values): boolean {
  return Array.isArray(values) ? values.length > 0 && endsInTyped(values[0]) : ArrayBuffer.isView(values);
}

/** Whether values are several; a `Uint8Array` is one byte string where these are wanted. */
function isList(values: Hdf5Values, number: Hdf5Number | null): boolean {
  if (Array.isArray(values)) return true;
  return ArrayBuffer.isView(values) && number !== null && 'length' in values;
}

function sizesOf(path: string, values: Hdf5Values, number: Hdf5Number | null): number[] {
  if (!isList(values, number)) return [];
  const list = values as ArrayLike<Hdf5Values>;
  if (!Array.isArray(values) || !values.some((value) => isList(value, number))) return [list.length];
  const [first, ...others] = values.map((value) => sizesOf(path, value, number));
  const odd = others.findIndex((sizes) => !same(sizes, first!));
  if (odd >= 0) invalidRows(path, 'its parts differ in shape', odd + 1);
  return [list.length, ...first!];
}

function flattenInto(flat: unknown[], values: Hdf5Values, number: Hdf5Number | null): void {
  if (!isList(values, number)) flat.push(values);
  else for (const value of values as Iterable<Hdf5Values>) flattenInto(flat, value, number);
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

function refuseMissing(path: string, flat: readonly (string | Uint8Array)[]): void {
  const missing = flat.findIndex((value) => value === null || value === undefined);
  if (missing >= 0) invalidRows(path, `takes a value, not ${String(flat[missing])}`, missing);
}

/**
 * Numbers as a type has them. A plain number becomes the nearest f32; of a typed array, which says what it holds,
 * nothing may be lost.
 */
function numbersOf(path: string, type: Hdf5Type, values: ArrayLike<unknown>, isTyped: boolean): NumberArray {
  const number = storedNumber(type)!;
  if (values instanceof ARRAYS[number] && type !== 'bool') return values as unknown as NumberArray;
  const array: NumberArray = new ARRAYS[number](values.length);
  const isWide = number === 'i64' || number === 'u64';
  for (let i = 0; i < values.length; i++) {
    const value = type === 'bool' ? truth(values[i]) : plain(values[i], type);
    if (value === null) return refuseValue(path, type, values[i], i);
    array[i] = isWide ? wide(value) : Number(value);
    if (!isKept(value, array[i]!, number, isTyped)) return refuseValue(path, type, values[i], i);
  }
  return array;
}

function truth(value: unknown): number | null {
  if (value === true || value === 1) return 1;
  return value === false || value === 0 ? 0 : null;
}

function plain(value: unknown, type: Hdf5Type): number | bigint | null {
  if (value instanceof Date && type === 'timestamp' && !Number.isNaN(value.getTime())) {
    return BigInt(value.getTime()) * 1_000_000n;
  }
  return typeof value === 'number' || typeof value === 'bigint' ? value : null;
}

/** 0 for a number that is no safe integer, which is then found not to be kept. */
function wide(value: number | bigint): bigint {
  return typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : 0n;
}

function isKept(
  value: number | bigint,
  stored: number | bigint,
  number: Hdf5Number,
  isTyped: boolean,
): boolean {
  if (typeof stored === 'bigint')
    return typeof value === 'bigint' ? stored === value : Number(stored) === value;
  if (typeof value === 'bigint') return Number.isFinite(stored) && BigInt(stored) === value;
  if (Object.is(stored, value) || stored === value) return true;
  return number === 'f32' && !isTyped && Number.isFinite(stored) && Number.isFinite(value);
}

function refuseValue(path: string, type: Hdf5Type, value: unknown, at: number): never {
  const name = typeof type === 'string' ? type : type.kind;
  return invalidRows(path, `element ${at} is ${show(value)}, which ${name} cannot hold as it is`);
}
