import { SimtapeError, show } from '../../../errors.ts';
import { ARRAYS, type Hdf5Type, type NumberArray, storedNumber, typeName } from '../types.ts';

/** Text or bytes as they stand in memory: start and byte length of each row, in turn. Text is UTF-8. */
export interface SpanRows {
  readonly bytes: Uint8Array;
  readonly spans: Uint32Array;
}

/** Text or bytes as JavaScript values; null and undefined are missing ones. */
export type ValueRows = readonly (string | Uint8Array | null | undefined)[];

/**
 * Rows for a dataset. Numbers, codes and booleans (`Uint8Array`, 0 or not) come in the typed array of their type,
 * row after row; nothing of it is kept when the call returns.
 */
export type RowData = NumberArray | SpanRows | ValueRows;

/** @throws `InvalidBatch` for a dataset and, where one is to blame, a row. */
export function invalidRows(path: string, why: string, row?: number): never {
  const at = row === undefined ? '' : `, row ${row} of those added`;
  throw new SimtapeError('InvalidBatch', `${path}${at}: ${why}`, {
    column: path,
    ...(row === undefined ? {} : { row }),
  });
}

/** The number of elements in `data`, which are checked. @throws `InvalidBatch` */
export function countElements(path: string, type: Hdf5Type, data: RowData): number {
  const number = storedNumber(type);
  if (number !== null) return countNumbers(path, type, data);
  if (Array.isArray(data)) {
    for (const [row, value] of data.entries()) checkValue(path, type, value, row);
    return data.length;
  }
  if ('spans' in data && data.spans instanceof Uint32Array && data.spans.length % 2 === 0) {
    for (let i = 0; i < data.spans.length; i += 2) {
      const [start, length] = [data.spans[i]!, data.spans[i + 1]!];
      if (start + length > data.bytes.length) invalidRows(path, 'a span ends behind the bytes', i / 2);
      checkText(path, type, data.bytes, start, start + length, i / 2);
    }
    return data.spans.length / 2;
  }
  return invalidRows(
    path,
    `takes an array of values or spans of bytes for ${typeName(type)}, not ${show(data)}`,
  );
}

/** Refuses typed arrays of another type, and codes without a label. */
export function countNumbers(path: string, type: Hdf5Type, data: RowData): number {
  const wanted = ARRAYS[storedNumber(type)!];
  if (!(data instanceof wanted)) {
    const message = `takes a ${(wanted as { name?: string }).name} for ${typeName(type)}, not ${show(data)}`;
    return invalidRows(path, message);
  }
  const values: NumberArray = data;
  if (typeof type === 'object' && type.kind === 'enum') {
    const { length } = type.labels;
    const at = (values as Uint8Array).findIndex((code) => code >= length);
    if (at >= 0) invalidRows(path, `the code ${values[at]} has no label, there are ${length}`, at);
  }
  return values.length;
}

function checkValue(path: string, type: Hdf5Type, value: unknown, row: number): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'string') {
    const text = type === 'utf8' || (typeof type === 'object' && type.kind === 'utf8');
    if (!text) invalidRows(path, `takes Uint8Arrays, not ${show(value)}`, row);
    if (value.includes('\0')) refuseZero(path, row);
    if (!value.isWellFormed()) invalidRows(path, 'a text that is no well-formed Unicode', row);
    const most = fixedLength(type);
    // Three bytes are the most that a UTF-16 unit takes.
    if (most !== null && value.length * 3 > most) {
      const bytes = new TextEncoder().encode(value).length;
      if (bytes > most) invalidRows(path, `a text of ${bytes} bytes of UTF-8, but ${most} is the most`, row);
    }
    return;
  }
  if (!(value instanceof Uint8Array)) invalidRows(path, `${show(value)} is neither text nor bytes`, row);
  else checkText(path, type, value, 0, value.length, row);
}

function checkText(
  path: string,
  type: Hdf5Type,
  bytes: Uint8Array,
  from: number,
  to: number,
  row: number,
): void {
  const length = fixedLength(type);
  const text = type === 'utf8' || (typeof type === 'object' && type.kind === 'utf8');
  if (length !== null && (text ? to - from > length : to - from !== length)) {
    invalidRows(path, `${to - from} bytes, but ${length} is ${text ? 'the most' : 'what each has'}`, row);
  }
  if (!text) return;
  if (hasZero(bytes, from, to)) refuseZero(path, row);
}

/** Short texts, the usual case, are looked through without a view. */
function hasZero(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > 64) return bytes.subarray(from, to).includes(0);
  for (let i = from; i < to; i++) if (bytes[i] === 0) return true;
  return false;
}

/** What readers in C would take for the end: h5py refuses to write it, too. */
function refuseZero(path: string, row: number): never {
  return invalidRows(path, 'a text with U+0000, where HDF5 readers end texts; store it as bytes', row);
}

function fixedLength(type: Hdf5Type): number | null {
  return typeof type === 'object' && 'length' in type ? type.length : null;
}
