import { EXACT, VALID } from '../../backends/hdf5/column-sets.ts';
import { validityOf } from '../../backends/hdf5/null-number.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { idsOf } from '../ids.ts';
import type { Cells } from '../pieces.ts';
import type { H5File } from './file.ts';
import type { ColumnPlace } from './group-layout.ts';
import type { RawNumbers, RawValues } from './raw-values.ts';

/** Rows of a group that are read for several columns. */
export interface RowsToRead {
  /** Path of the group. */
  readonly group: string;
  readonly from: number;
  readonly to: number;
  /** Vectors that were read whole, by their paths. */
  readonly read: Map<string, RawValues>;
  /** How many columns are wanted. */
  readonly names: number;
}

/** Rows of a column, as readers give them. */
export function readCells(file: H5File, column: StoredColumn, place: ColumnPlace, rows: RowsToRead): Cells {
  const { dataset, kin, part, hasValid, hasExact } = place;
  const { group, from, to } = rows;
  const path = `${group}/${dataset}`;
  const raw =
    part !== null && rows.names > 1
      ? partOfWhole(file, path, place, part, rows)
      : file.read(path, from, to, part, kin);
  const cells = cellsOf(column, raw);
  if (hasExact) {
    for (const [row, text] of exactTexts(file, path)) {
      if (row >= from && row < to) (cells as unknown[])[row - from] = text;
    }
  }
  if (hasValid) return withNulls(cells, file.read(`${path}${VALID}`, from, to, null, VALID) as Uint8Array);
  if (!column.nullable || (column.kind !== 'f64' && column.kind !== 'f32')) return cells;
  const validity = validityOf(raw as Float64Array);
  return validity === null ? cells : withNulls(cells, validity);
}

/** A part of a vector, of which others may be wanted too: it is read once. */
function partOfWhole(
  file: H5File,
  path: string,
  { kin, parts }: ColumnPlace,
  part: number,
  { from, to, read }: RowsToRead,
): Float64Array {
  let whole = read.get(path);
  if (whole === undefined) {
    whole = file.read(path, from, to, null, `${kin}${parts}`);
    read.set(path, whole);
  }
  // As words: a NaN that passes through a JavaScript number may lose its payload.
  const { buffer, byteOffset, length } = whole as Float64Array;
  const words = new Uint32Array(buffer, byteOffset, 2 * length);
  const picked = new Uint32Array((2 * length) / parts);
  for (let at = 2 * part, to = 0; at < words.length; at += 2 * parts) {
    picked[to++] = words[at]!;
    picked[to++] = words[at + 1]!;
  }
  return new Float64Array(picked.buffer);
}

function cellsOf({ kind, labels, length }: StoredColumn, raw: RawValues): Cells {
  switch (kind) {
    case 'bool':
      return Array.from(raw as Uint8Array, (value) => value !== 0);
    case 'enum':
      return Array.from(raw as Uint8Array, (code) => labels![code]!);
    case 'ref':
      return idsOf(raw as BigInt64Array);
    case 'array':
      return Array.from({ length: raw.length / length! }, (_, row) =>
        (raw as RawNumbers).slice(row * length!, (row + 1) * length!),
      );
    default:
      return raw;
  }
}

/** Texts that the dataset itself cannot hold. */
function exactTexts(file: H5File, path: string): [row: number, text: string][] {
  const exact = `${path}${EXACT}`;
  const [rows = 0] = file.shape(exact);
  return (file.read(exact, 0, rows) as readonly string[]).map((pair) => JSON.parse(pair));
}

function withNulls(cells: Cells, validity: Uint8Array): Cells {
  if (!validity.includes(0)) return cells;
  return Array.from(cells, (value, row) => (validity[row] === 0 ? null : value));
}
