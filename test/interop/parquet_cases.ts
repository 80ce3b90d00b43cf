/**
 * Writes Parquet files with every kind, encoding and codec, each with a JSON file of what it holds, for
 * parquet_check.py: `node test/interop/parquet_cases.ts FOLDER`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { COMPRESSIONS, codecFor } from '../../src/backends/codecs/codec-for.ts';
import type { EncodingOptions } from '../../src/formats/parquet/index.ts';
import { everyColumn, everyColumnOf, type Filled, fileWith, spelledCells } from '../support/parquet-files.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('give the folder to write to');
mkdirSync(folder, { recursive: true });

function write(name: string, filled: readonly Filled[], options: EncodingOptions = {}): void {
  writeFileSync(join(folder!, `${name}.parquet`), fileWith(filled, { crc32, ...options }));
  const expected = filled.map((one) => ({ ...one.column, values: spelledCells(one) }));
  writeFileSync(join(folder!, `${name}.json`), JSON.stringify(expected));
}

for (const name of COMPRESSIONS) {
  const codec = await codecFor(name);
  write(`required-${name}`, everyColumnOf(false, [1, 200, 37]), { codec });
  write(`optional-${name}`, everyColumnOf(true, [1, 200, 37]), { codec });
  write(`pages-${name}`, everyColumnOf(true, [500, 1]), { codec, pageRows: 33, pageBytes: 400 });
}
write('no-rows', everyColumnOf(false, []));
write('one-row', everyColumnOf(false, [1]));
const nulls = [3, 100].map((rows) => Array<null>(rows).fill(null));
write(
  'all-null',
  everyColumn(true, () => nulls),
  { pageRows: 16 },
);
// Row groups of few values each: predicates can leave many out.
const narrow = everyColumn(true, (_, cells) => cells.slice(0, 4).map((cell) => [cell, null, cell, cell]));
write('predicates', evenGroups(narrow), { pageRows: 2 });

/** As many row groups for each column: those of columns with few values come again. */
function evenGroups(filled: readonly Filled[]): Filled[] {
  return filled.map(({ column, groups }) => ({
    column,
    groups: Array.from({ length: 4 }, (_, i) => groups[i % groups.length]!),
  }));
}
