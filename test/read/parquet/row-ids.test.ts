import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { expect, it } from 'vitest';
import { storedColumns } from '../../../src/backends/files/plans.ts';
import { parseFileMetadata } from '../../../src/backends/parquet/file-metadata.ts';
import { encoderFor } from '../../../src/backends/parquet/row-group.ts';
import { ParquetWriter } from '../../../src/formats/parquet/index.ts';
import { defineTable, f64 } from '../../../src/index.ts';
import { openRecording, verify } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';

const Sample = defineTable('sample', { x: f64() });

/** A run with one file of three rows. */
async function recordRun(): Promise<{ path: string; file: string }> {
  const path = join(scratch(), 'run');
  await record(
    path,
    (recorder) => {
      for (let i = 1; i <= 3; i++) recorder.table(Sample).append({ x: i });
    },
    { backend: 'parquet' },
  );
  return { path, file: join(path, 'tables', 'sample-000001.parquet') };
}

const footerOf = (file: string) => parquetMetadata(new Uint8Array(readFileSync(file)).buffer);

it('reads a column without the row ids, where the file says that these rise', async () => {
  const { path, file } = await recordRun();
  const bytes = readFileSync(file);
  const { meta_data: ids } = footerOf(file).row_groups[0]!.columns[0]!;
  bytes[Number(ids!.data_page_offset) + Number(ids!.total_compressed_size) - 1]! ^= 1;
  writeFileSync(file, bytes);
  using recording = await openRecording(path);
  const table = recording.table('sample');
  const { x } = await table.columns({ select: ['x'] });
  expect(x!.values).toEqual(Float64Array.of(1, 2, 3));
  await rejection('NotARecording', table.columns({ select: ['id'] }));
});

/** Writes the file of a run once more, its ids in another order. */
function reorder(file: string, ids: readonly number[], sorted: boolean): void {
  const entries = footerOf(file).key_value_metadata!.map(({ key, value }) => [key, value!] as const);
  const [, facts] = entries.find(([, value]) => parseFileMetadata(value) !== null)!;
  const columns = storedColumns(parseFileMetadata(facts)!.plan);
  const rows = ids.length;
  const encoded = encoderFor(columns, undefined).encode({
    rows,
    columns: [Float64Array.from(ids), Float64Array.from(ids)].map((values) => [{ rows, values }]),
  });
  const writer = new ParquetWriter({ columns });
  writeFileSync(
    file,
    Buffer.concat([...writer.append({ ...encoded, sorted }), ...writer.finish(new Map(entries))]),
  );
}

it('gives rows in the order of their ids, where these stand in another', async () => {
  const { path, file } = await recordRun();
  reorder(file, [2, 1, 3], false);
  using recording = await openRecording(path);
  const { x } = await recording.table('sample').columns({ select: ['x'] });
  expect(x!.values).toEqual(Float64Array.of(1, 2, 3));
});

it('verifies that ids rise where a file says so', async () => {
  const { path, file } = await recordRun();
  const problems = async () => (await verify(path)).checks.flatMap((check) => check.problems);
  reorder(file, [1, 2, 3], true);
  expect(await problems()).toEqual([]);
  reorder(file, [2, 1, 3], true);
  expect(await problems()).toEqual([
    'tables/sample-000001.parquet, row group 1, id is said to rise from row to row, and does not',
  ]);
});
