import type { Data } from 'apache-arrow';
import type { StoredColumn } from '../../schema/plan.ts';
import { elementsOf } from '../column-builder.ts';
import type { Cells } from '../pieces.ts';

/** A byte order mark at the start of a text is part of it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Rows `from` to `to` of a column, as readers give them. */
export function cellsOf(column: StoredColumn, data: Data, from: number, to: number): Cells {
  const value = getterFor(column, data);
  if (value === null && data.nullCount === 0) return (data.values as Float64Array).subarray(from, to);
  const get = value ?? ((row: number) => (data.values as Float64Array)[row]);
  const cells = new Array<unknown>(to - from);
  for (let row = from; row < to; row++) cells[row - from] = isValid(data, row) ? get(row) : null;
  return cells;
}

function isValid({ nullCount, nullBitmap, offset }: Data, row: number): boolean {
  return nullCount === 0 || (nullBitmap[(offset + row) >> 3]! & (1 << ((offset + row) & 7))) !== 0;
}

/** Gives the value of a row that is not null; null where that is the number as it stands in the array. */
function getterFor(column: StoredColumn, data: Data): ((row: number) => unknown) | null {
  const { values, valueOffsets, children } = data;
  const bytes = (row: number) => (values as Uint8Array).subarray(valueOffsets[row]!, valueOffsets[row + 1]!);
  switch (column.kind) {
    case 'utf8':
    case 'json':
      return (row) => decoder.decode(bytes(row));
    case 'bytes':
      // A copy, so that a short value does not keep its batch in memory.
      return (row) => bytes(row).slice();
    case 'bool':
      return (row) => bit(data, row);
    case 'ref':
      return (row) => Number((values as BigInt64Array)[row]);
    case 'enum':
      return (row) => column.labels![(values as Int32Array)[row]!];
    case 'array': {
      const [items] = children as [Data];
      const length = column.length!;
      if (column.element === 'bool') {
        return (row) => Uint8Array.from({ length }, (_, i) => Number(bit(items, row * length + i)));
      }
      return (row) => elementsOf(column.element!, items.values.subarray(row * length, (row + 1) * length));
    }
    default:
      return null;
  }
}

function bit({ values, offset }: Data, row: number): boolean {
  return ((values as Uint8Array)[(offset + row) >> 3]! & (1 << ((offset + row) & 7))) !== 0;
}
