import * as arrow from 'apache-arrow';
import type { StoredColumn } from '../../schema/plan.ts';
import type { ElementKind } from '../../schema/types.ts';

const NUMBERS = {
  f64: () => new arrow.Float64(),
  f32: () => new arrow.Float32(),
  i8: () => new arrow.Int8(),
  i16: () => new arrow.Int16(),
  i32: () => new arrow.Int32(),
  i64: () => new arrow.Int64(),
  u8: () => new arrow.Uint8(),
  u16: () => new arrow.Uint16(),
  u32: () => new arrow.Uint32(),
  u64: () => new arrow.Uint64(),
  bool: () => new arrow.Bool(),
} satisfies Record<ElementKind, () => arrow.DataType>;

/**
 * How a column is stored in Arrow. Labels are a dictionary with codes of 32 bits, signed, since pandas takes no unsigned
 * ones; an array is a list of fixed size.
 */
function arrowType(column: StoredColumn, dictionary: number): arrow.DataType {
  switch (column.kind) {
    case 'utf8':
    case 'json':
      return new arrow.Utf8();
    case 'bytes':
      return new arrow.Binary();
    case 'timestamp':
      return new arrow.TimestampNanosecond('UTC');
    case 'ref':
      return new arrow.Int64();
    case 'enum':
      return new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), dictionary);
    case 'array':
      return new arrow.FixedSizeList(
        column.length!,
        new arrow.Field('item', NUMBERS[column.element!](), false),
      );
    default:
      return NUMBERS[column.kind]();
  }
}

/** The schema of a table, with what each column says of itself as its metadata. */
export function arrowSchema(
  columns: readonly StoredColumn[],
  metadata: ReadonlyMap<string, string>,
): arrow.Schema {
  const fields = columns.map((column, i) => {
    const { kind, unit, description, clock } = column;
    const notes = Object.entries({ kind, unit, description, clock }).filter(
      ([, value]) => value !== undefined,
    );
    return new arrow.Field(
      column.name,
      arrowType(column, i),
      column.nullable,
      new Map(notes as [string, string][]),
    );
  });
  return new arrow.Schema(fields, new Map(metadata));
}
