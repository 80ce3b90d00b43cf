import type { StoredColumn } from '../../schema/plan.ts';
import { elementsOf } from '../column-builder.ts';
import { idsOf } from '../ids.ts';
import type { Cells } from '../pieces.ts';

/** A byte order mark at the start of a text is part of it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

type Bytes = Uint8Array | null | undefined;
const textOf = (bytes: Bytes) => (bytes ? decoder.decode(bytes) : null);

/** How hyparquet is to decode values, so that nothing is rounded or parsed. */
export const PARSERS = {
  timestampFromNanoseconds: (nanoseconds: bigint): bigint => nanoseconds,
  jsonFromBytes: (bytes: Bytes): string | null => textOf(bytes),
  stringFromBytes: (bytes: Bytes): string | null => textOf(bytes),
};

/** The same for the bounds in footers, where text may be cut within a character. */
export const FOOTER_PARSERS = {
  timestampFromNanoseconds: (nanoseconds: bigint): bigint => nanoseconds,
  jsonFromBytes: (bytes: Bytes): Bytes => bytes,
  stringFromBytes: (bytes: Bytes): Bytes => bytes,
};

/** Physical types of columns (parquet.thrift, `enum Type`); a column of another would be read wrongly. Lists have none. */
export const PHYSICAL_TYPES: Readonly<Record<StoredColumn['kind'], string | null>> = {
  f64: 'DOUBLE',
  f32: 'FLOAT',
  i8: 'INT32',
  i16: 'INT32',
  i32: 'INT32',
  i64: 'INT64',
  u8: 'INT32',
  u16: 'INT32',
  u32: 'INT32',
  u64: 'INT64',
  timestamp: 'INT64',
  ref: 'INT64',
  bool: 'BOOLEAN',
  utf8: 'BYTE_ARRAY',
  json: 'BYTE_ARRAY',
  enum: 'BYTE_ARRAY',
  bytes: 'BYTE_ARRAY',
  array: null,
};

/** Values as hyparquet decodes them with {@link PARSERS}, as readers give them. */
export function cellsOf({ kind, element }: StoredColumn, data: Cells): Cells {
  switch (kind) {
    case 'ref':
      return data instanceof BigInt64Array ? idsOf(data) : mapped(data, Number);
    case 'u64':
      // Those from 2^63 on come as negative bigints where some are null.
      return ArrayBuffer.isView(data) ? data : mapped(data, (value) => BigInt.asUintN(64, value as bigint));
    case 'u32':
      return ArrayBuffer.isView(data) ? data : mapped(data, (value) => (value as number) >>> 0);
    case 'bool':
      return mapped(data, Boolean);
    case 'bytes':
      // A copy, so that a short value does not keep its page in memory.
      return mapped(data, (value) => (value as Uint8Array).slice());
    case 'array':
      return mapped(data, (value) => elementsOf(element!, value as ArrayLike<unknown>));
    default:
      return data;
  }
}

function mapped(data: Cells, convert: (value: unknown) => unknown): Cells {
  const cells = new Array<unknown>(data.length);
  for (let row = 0; row < data.length; row++) {
    const value = data[row];
    cells[row] = value === null || value === undefined ? null : convert(value);
  }
  return cells;
}
