import { EXACT, VALID } from '../../backends/hdf5/column-sets.ts';
import { validityOf } from '../../backends/hdf5/null-number.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { idsOf } from '../ids.ts';
import type { Cells } from '../pieces.ts';
import type { H5File, RawNumbers, RawValues } from './file.ts';

/** Where a column stands in a group. */
export interface ColumnPlace {
  /** Path of its dataset. */
  readonly path: string;
  /** Which part of a row, of a vector; else null. */
  readonly part: number | null;
  readonly hasValid: boolean;
  readonly hasExact: boolean;
}

/** Rows `from` to `to` of a column, as readers give them. */
export function readCells(
  file: H5File,
  column: StoredColumn,
  place: ColumnPlace,
  from: number,
  to: number,
): Cells {
  const { path, part, hasValid, hasExact } = place;
  const raw = file.read(path, from, to, part);
  const cells = cellsOf(column, raw);
  if (hasExact) {
    for (const [row, text] of exactTexts(file, path)) {
      if (row >= from && row < to) (cells as unknown[])[row - from] = text;
    }
  }
  if (hasValid) return withNulls(cells, file.read(`${path}${VALID}`, from, to) as Uint8Array);
  if (!column.nullable || (column.kind !== 'f64' && column.kind !== 'f32')) return cells;
  const validity = validityOf(raw as Float64Array);
  return validity === null ? cells : withNulls(cells, validity);
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
