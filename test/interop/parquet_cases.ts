/**
 * Writes Parquet files with every kind, encoding and codec, each with a JSON file of what it holds, for
 * parquet_check.py: `node test/interop/parquet_cases.ts FOLDER`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { COMPRESSIONS, codecFor } from '../../src/backends/codecs/codec-for.ts';
import {
  type EncodingOptions,
  encodingsOf,
  type ParquetColumn,
  ParquetWriter,
} from '../../src/formats/parquet/index.ts';
import { type Cell, fill, KIND_CASES, spell, unevenSlices } from '../support/parquet-cells.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('give the folder to write to');
mkdirSync(folder, { recursive: true });

interface Filled {
  readonly column: ParquetColumn;
  /** For each row group. */
  readonly groups: readonly (readonly Cell[])[];
}

function write(name: string, filled: readonly Filled[], options: EncodingOptions): void {
  const columns = filled.map(({ column }) => column);
  const writer = new ParquetWriter({ columns, crc32, ...options });
  const chunks: Uint8Array[] = [];
  for (const [g, cells] of filled[0]!.groups.entries()) {
    const batch = filled.map(({ column, groups }) => unevenSlices(column, groups[g]!));
    chunks.push(...writer.writeRowGroup({ rows: cells.length, columns: batch }));
  }
  chunks.push(...writer.finish({ 'simtape:note': 'naïve' }));
  writeFileSync(join(folder!, `${name}.parquet`), Buffer.concat(chunks));
  const expected = filled.map(({ column, groups }) => ({
    ...column,
    values: groups.flat().map((value) => spell(column, value)),
  }));
  writeFileSync(join(folder!, `${name}.json`), JSON.stringify(expected));
}

/** A column for each kind and encoding. */
function everything(nullable: boolean, rows: readonly number[], nulls: boolean): Filled[] {
  return KIND_CASES.flatMap(({ column, cells }, i) =>
    encodingsOf(column).map((encoding) => {
      const named = { ...column, name: `${column.kind}_${i}_${encoding}`, nullable, encoding };
      const groups = rows.map((count) => (nulls ? Array(count).fill(null) : fill(named, cells, count)));
      return { column: named, groups };
    }),
  );
}

for (const codec of COMPRESSIONS) {
  const options = { codec: await codecFor(codec) };
  write(`required-${codec}`, everything(false, [1, 200, 37], false), options);
  write(`optional-${codec}`, everything(true, [1, 200, 37], false), options);
  write(`pages-${codec}`, everything(true, [500, 1], false), { ...options, pageRows: 33, pageBytes: 400 });
}
write('no-rows', everything(false, [], false), {});
write('one-row', everything(false, [1], false), {});
write('all-null', everything(true, [3, 100], true), { pageRows: 16 });
