import * as arrow from 'apache-arrow';
import type { ColumnData } from '../../read/reader.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { elementArray, labelCodes } from '../files/numbers.ts';
import { packBits, textOffsets } from './buffers.ts';

/**
 * A column as Arrow has it in memory; numbers are not copied.
 * @param labels those of an `enum`: the same object each time, since a file has one dictionary of a column
 */
export function arrowData(
  column: StoredColumn,
  type: arrow.DataType,
  cells: ColumnData,
  labels: arrow.Vector | undefined,
): arrow.Data {
  const { values, nulls, validity } = cells;
  const length = values.length;
  const common = { length, nullCount: nulls, ...(validity === undefined ? {} : { nullBitmap: validity }) };
  switch (column.kind) {
    case 'utf8':
    case 'json':
    case 'bytes':
      return arrow.makeData({ type: type as arrow.Utf8, ...common, ...textOffsets(values as never) });
    case 'bool':
      return arrow.makeData({
        type: type as arrow.Bool,
        ...common,
        data: packBits(values as ArrayLike<unknown>),
      });
    case 'ref': {
      const ids = BigInt64Array.from(values as Float64Array, BigInt);
      return arrow.makeData({ type: type as arrow.Int64, ...common, data: ids });
    }
    case 'enum': {
      const data = Int32Array.from(labelCodes(column, values as readonly (string | null)[]));
      return arrow.makeData({ type: type as arrow.Dictionary, ...common, data, dictionary: labels! });
    }
    case 'array':
      return arrow.makeData({
        type: type as arrow.FixedSizeList,
        ...common,
        child: elements(column, type, values),
      });
    default:
      return arrow.makeData({ type: type as arrow.Float64, ...common, data: values as Float64Array });
  }
}

function elements(column: StoredColumn, type: arrow.DataType, values: ColumnData['values']): arrow.Data {
  const child = (type as arrow.FixedSizeList).children[0]!.type;
  const all = elementArray(column, values as never);
  const data = column.element === 'bool' ? packBits(all as Uint8Array) : all;
  return arrow.makeData({
    type: child as arrow.Float64,
    length: all.length,
    nullCount: 0,
    data: data as Float64Array,
  });
}
