import type { StoredColumn } from '../../schema/plan.ts';
import { readValue, type Slice } from '../commit.ts';

export type SqlValue = number | bigint | string | Uint8Array | null;

/** Takes a value that SQLite cannot hold: eight bytes, as a bigint, of a row. */
export type NoteExact = (column: StoredColumn, bits: bigint, row: number) => void;

const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);
/** Numbers whose high half is below this are safe integers. */
const SAFE_HIGH = 2 ** 21;

/**
 * Puts column `column` of rows `from` to `to` into statement parameters: value r goes to `offset + r * stride`. Column
 * by column, since each then is a tight loop over one typed array.
 */
export function bindColumn(
  slice: Slice,
  column: number,
  from: number,
  to: number,
  parameters: SqlValue[],
  offset: number,
  stride: number,
  noteExact: NoteExact,
  nullMeansNull: boolean,
): void {
  const field = slice.layout.fields[column]!;
  const planned = slice.plan.columns[column]!;
  const { views } = slice;
  const isNull = (row: number) => field.valid >= 0 && views.U8[field.valid + row] === 0;
  let at = offset;
  switch (planned.kind) {
    case 'f64':
    case 'f32': {
      const view = views[field.view as 'F64'];
      for (let row = from; row < to; row++, at += stride) {
        if (isNull(row)) {
          parameters[at] = null;
          continue;
        }
        const value = view[field.start + row]!;
        parameters[at] = value;
        if (value === 0 ? Object.is(value, -0) : Number.isNaN(value) && nullMeansNull) {
          float[0] = value;
          noteExact(planned, bits[0]!, row);
        }
      }
      return;
    }
    case 'i64':
    case 'u64':
    case 'timestamp':
      for (let row = from; row < to; row++, at += stride) {
        parameters[at] = isNull(row) ? null : wide(slice, planned, field.start + row, row, noteExact);
      }
      return;
    case 'ref':
      for (let row = from; row < to; row++, at += stride) {
        parameters[at] = isNull(row) ? null : views.F64[field.start + row]!;
      }
      return;
    case 'bool':
      for (let row = from; row < to; row++, at += stride) {
        parameters[at] = isNull(row) ? null : views.U8[field.start + row]!;
      }
      return;
    default:
      for (let row = from; row < to; row++, at += stride) {
        parameters[at] = readValue(slice, column, row) as SqlValue;
      }
  }
}

/** A 64-bit integer as a number where that is exact, which costs no bigint. */
function wide(slice: Slice, column: StoredColumn, at: number, row: number, noteExact: NoteExact): SqlValue {
  const { views } = slice;
  const high = views.I32[2 * at + 1]!;
  const low = column.kind === 'u64' ? 0 : -SAFE_HIGH;
  if (high >= low && high < SAFE_HIGH) return high * 4294967296 + views.U32[2 * at]!;
  const value = column.kind === 'u64' ? views.U64[at]! : views.I64[at]!;
  if (value < 2n ** 63n) return value;
  // Approximate in the table, so that SQL can compare it; exact beside it.
  noteExact(column, value, row);
  return Number(value);
}
