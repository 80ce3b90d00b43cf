import { type Data, Type } from 'apache-arrow';
import type { StoredColumn, StoredKind } from '../../schema/plan.ts';
import { typedArrayOf } from '../column-builder.ts';

/** Ids of types of columns that are no plain numbers. */
const TYPES: Partial<Readonly<Record<StoredKind, Type>>> = {
  bool: Type.Bool,
  utf8: Type.Utf8,
  json: Type.Utf8,
  bytes: Type.Binary,
  timestamp: Type.Timestamp,
  enum: Type.Dictionary,
  array: Type.FixedSizeList,
};

/**
 * Throws where a column of a batch is not of its type, or has not got as many values as the batch has rows: what is missing
 * would be read as nothing.
 */
export function checkColumn(
  { name, kind, element, length, labels }: StoredColumn,
  data: Data,
  rows: number,
): void {
  const refuse = (why: string) => new Error(`column ${name} ${why}`);
  if (data.length !== rows || data.offset !== 0) throw refuse(`has ${data.length} values for ${rows} rows`);
  if (data.nullCount > 0 && data.nullBitmap.length * 8 < rows)
    throw refuse('does not say which rows are null');
  if (!isOf(kind, data)) throw refuse(`is ${data.type}, not ${kind}`);
  switch (kind) {
    case 'utf8':
    case 'json':
    case 'bytes':
      if (!areSpans(data.valueOffsets as Int32Array, rows, data.values.length))
        throw refuse('has no whole texts');
      return;
    case 'enum':
      if (!areCodes(data, rows, labels!.length)) throw refuse('has labels that there are not');
      return;
    case 'array': {
      const item = data.children[0];
      const elements = rows * length!;
      if (item === undefined || !isOf(element!, item) || item.offset !== 0 || room(element!, item) < elements)
        throw refuse(`has not got ${elements} elements`);
      return;
    }
    default:
      if (room(kind, data) < rows) throw refuse(`has not got ${rows} values`);
  }
}

function isOf(kind: StoredKind, data: Data): boolean {
  const wanted = TYPES[kind];
  if (wanted !== undefined && data.typeId !== wanted) return false;
  const array = typedArrayOf(kind);
  if (array === undefined) return true;
  // Ids are read as numbers, and stand there as integers.
  return data.values instanceof (kind === 'ref' ? BigInt64Array : array);
}

/** How many values there are. */
function room(kind: StoredKind, { values }: Data): number {
  return kind === 'bool' ? values.length * 8 : values.length;
}

function areSpans(offsets: Int32Array, rows: number, bytes: number): boolean {
  if (rows === 0) return true;
  if (!(offsets.length > rows) || offsets[0]! < 0 || offsets[rows]! > bytes) return false;
  for (let row = 0; row < rows; row++) if (offsets[row]! > offsets[row + 1]!) return false;
  return true;
}

function areCodes({ values, nullCount, nullBitmap }: Data, rows: number, labels: number): boolean {
  if (!(values instanceof Int32Array) || values.length < rows) return false;
  for (let row = 0; row < rows; row++) {
    const isNull = nullCount > 0 && (nullBitmap[row >> 3]! & (1 << (row & 7))) === 0;
    if (!isNull && !(values[row]! >= 0 && values[row]! < labels)) return false;
  }
  return true;
}
