import type { ColumnData } from '../../src/read/index.ts';

/** Whether two values are equal to the bit: -0 is not 0, NaN is NaN, and arrays are equal byte by byte. */
export function sameBits(found: unknown, wanted: unknown): boolean {
  if (ArrayBuffer.isView(found) && ArrayBuffer.isView(wanted)) return bytesOf(found).equals(bytesOf(wanted));
  return Object.is(found, wanted);
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** Whether row `row` of a column is not null, by its bitmap. */
function isValid({ validity }: ColumnData, row: number): boolean {
  return validity === undefined || (validity[row >> 3]! & (1 << (row & 7))) !== 0;
}

/** What row `row` of a column holds, and that its array holds nothing where it is null. */
function valueAt(data: ColumnData, row: number): unknown {
  const value = data.values[row];
  if (isValid(data, row)) return value;
  const empty = ArrayBuffer.isView(data.values) ? Number(value) === 0 : value === null;
  return empty ? null : `${String(value)} where there is null`;
}

/** The first value of a column that is not the wanted one, in words; null where all are. */
export function difference(data: ColumnData, wanted: readonly unknown[]): string | null {
  if (data.values.length !== wanted.length) return `${data.values.length} rows, not ${wanted.length}`;
  const nulls = wanted.filter((value) => value === null).length;
  if (data.nulls !== nulls) return `${data.nulls} nulls, not ${nulls}`;
  for (const [row, value] of wanted.entries()) {
    const found = valueAt(data, row);
    if (!sameBits(found, value)) return `row ${row} is ${describe(found)}, not ${describe(value)}`;
  }
  return null;
}

function describe(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `bytes ${bytesOf(value).toString('hex').slice(0, 200)}`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 200));
  return Object.is(value, -0) ? '-0' : `${String(value)} (${typeof value})`;
}
