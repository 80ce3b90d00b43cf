import {
  type EncodingOptions,
  encodingsOf,
  type ParquetColumn,
  ParquetWriter,
} from '../../src/formats/parquet/index.ts';
import { type Cell, fill, KIND_CASES, spell, unevenSlices } from './parquet-cells.ts';

/** A column and its cells, for each row group. */
export interface Filled {
  readonly column: ParquetColumn;
  readonly groups: readonly (readonly Cell[])[];
}

/** A column of each kind in each encoding, filled with the kind's awkward values by `cellsOf`. */
export function everyColumn(
  nullable: boolean,
  cellsOf: (column: ParquetColumn, cells: readonly Cell[]) => readonly (readonly Cell[])[],
): Filled[] {
  return KIND_CASES.flatMap(({ column, cells }, i) =>
    encodingsOf(column).map((encoding) => {
      const named = { ...column, name: `${column.kind}_${i}_${encoding}`, nullable, encoding };
      return { column: named, groups: cellsOf(named, cells) };
    }),
  );
}

/** A column of each kind in each encoding, with these numbers of rows in its row groups. */
export function everyColumnOf(nullable: boolean, rows: readonly number[]): Filled[] {
  return everyColumn(nullable, (column, cells) => rows.map((count) => fill(column, cells, count)));
}

/** One file of all the columns. */
export function fileWith(filled: readonly Filled[], options: EncodingOptions = {}): Uint8Array {
  const columns = filled.map(({ column }) => column);
  const writer = new ParquetWriter({ columns, ...options });
  const chunks: Uint8Array[] = [];
  for (const [g, { length: rows }] of filled[0]!.groups.entries()) {
    const slices = filled.map(({ column, groups }) => unevenSlices(column, groups[g]!));
    chunks.push(...writer.writeRowGroup({ rows, columns: slices }));
  }
  chunks.push(...writer.finish({ 'simtape:note': 'naïve' }));
  return new Uint8Array(Buffer.concat(chunks));
}

/** What a reader must find, spelled. */
export function spelledCells({ column, groups }: Filled): unknown[] {
  return groups.flat().map((value) => spell(column, value));
}
