import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/recorder-config.ts';
import { createRecorder, defineTable, f64, i64, utf8 } from '../../src/index.ts';
import { recordRun } from '../backends/parquet/run.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { metadataOf } from '../formats/parquet/read.ts';
import { refusal } from '../support/errors.ts';

it('fills in every default', () => {
  expect(resolveConfig({}).parquet).toEqual({
    compression: 'zstd',
    encodings: {},
    rowGroupValues: 1_000_000,
    rowGroupBytes: 64 * 2 ** 20,
    maxFileRows: Number.MAX_SAFE_INTEGER,
    maxFileBytes: 512 * 2 ** 20,
    maxOpenFiles: 1024,
    journalBytes: 256 * 2 ** 20,
    encoders: 0,
    queueSize: 4,
    filePatterns: {
      trajectory: 'trajectory_ep_{episode_id:06d}.parquet',
      summary: 'episode_summary_ep_{episode_id:06d}.parquet',
      metadata: 'run_metadata.parquet',
      statistics: 'run_statistics.parquet',
      table: '{table}-{part:06d}.parquet',
    },
    directoryTemplate: '{base_directory}/runs/{run_id}/episodes',
  });
});

it.each<[parquet: unknown, key: string, message: RegExp]>([
  [{ compression: 'lzo' }, 'compression', /compression = "lzo": takes none, snappy, gzip, brotli, lz4, zstd/],
  [{ compression: 'gzip', compressionLevel: 10 }, 'compressionLevel', /compressionLevel = 10.*from 1 to 9/],
  [
    { compression: 'snappy', compressionLevel: 1 },
    'compressionLevel',
    /compressionLevel = 1: snappy has no levels/,
  ],
  [
    { encodings: { reward: 'RLE2' } },
    'encodings.reward',
    /encodings.reward = "RLE2": takes PLAIN.*BYTE_STREAM_SPLIT/,
  ],
  [{ rowGroupValues: 0 }, 'rowGroupValues', /rowGroupValues = 0/],
  [{ maxFileBytes: 10 }, 'maxFileBytes', /maxFileBytes = 10.*1024/],
  [
    { filePatterns: { trajectory: 'a.csv' } },
    'filePatterns.trajectory',
    /must be the name of a .parquet file/,
  ],
  [
    { filePatterns: { trajectory: '{episode}.parquet' } },
    'filePatterns.trajectory',
    /takes \{episode_id\}, \{run_id\}, \{part\}/,
  ],
  [{ filePatterns: { table: 'all.parquet' } }, 'filePatterns.table', /must have \{table\} in it/],
  [{ filePatterns: { summary: 'run_metadata.parquet' } }, 'filePatterns', /differ from one another/],
  [{ directoryTemplate: 'here' }, 'directoryTemplate', /must have \{run_id\} in it/],
  [
    { rowGroupSize: 5 },
    'rowGroupSize',
    /there is no such option; .*there are compression, compressionLevel, encodings/,
  ],
  [
    { filePatterns: { steps: 'x' } },
    'filePatterns.steps',
    /there are trajectory, summary, metadata, statistics, table/,
  ],
])('refuses %j with the key, the value and what is allowed', (parquet, key, message) => {
  const error = refusal('InvalidConfig', () => resolveConfig({ parquet }));
  expect(error.message).toMatch(message);
  expect(error.fields).toMatchObject({ key: `parquet.${key}` });
});

it.each([
  ['none', 'OFF'],
  ['process', 'NORMAL'],
  ['power', 'FULL'],
] as const)('durability %s is synchronous %s in SQLite, unless that is given', (durability, synchronous) => {
  expect(resolveConfig({ durability }).sqlite.synchronous).toBe(synchronous);
  expect(resolveConfig({ durability, sqlite: { synchronous: 'EXTRA' } }).sqlite.synchronous).toBe('EXTRA');
});

it('refuses a durability that there is not', () => {
  const error = refusal('InvalidConfig', () => resolveConfig({ durability: 'full' }));
  expect(error.message).toMatch(/durability = "full".*"none".*"process".*"power"/);
});

const Mixed = defineTable('mixed', { real: f64(), count: i64(), label: utf8() });

/** Encoding and codec of each column of a table's file. */
async function stored(
  parquet: NonNullable<Parameters<typeof createRecorder>[0]>['parquet'],
): Promise<Record<string, string>> {
  const folder = join(scratch(), 'run');
  await recordRun(
    folder,
    (recorder) => {
      for (let i = 0; i < 2000; i++) recorder.table(Mixed).append({ real: i, count: i, label: `l${i % 3}` });
    },
    { parquet },
  );
  const { row_groups } = metadataOf(readFileSync(join(folder, 'tables', 'mixed-000001.parquet')));
  return Object.fromEntries(
    row_groups[0]!.columns.map(({ meta_data }) => [
      meta_data!.path_in_schema.join('.'),
      `${meta_data!.codec} ${meta_data!.encodings.filter((name) => name !== 'RLE' && name !== 'PLAIN').join()}`,
    ]),
  );
}

it('stores columns with the encodings and the codec that were asked for', async () => {
  expect(await stored({})).toEqual({
    id: 'ZSTD DELTA_BINARY_PACKED',
    real: 'ZSTD BYTE_STREAM_SPLIT',
    count: 'ZSTD DELTA_BINARY_PACKED',
    label: 'ZSTD RLE_DICTIONARY',
  });
  const encodings = { real: 'PLAIN', 'mixed.count': 'BYTE_STREAM_SPLIT', 'other.label': 'PLAIN' } as const;
  expect(await stored({ compression: 'snappy', encodings })).toEqual({
    id: 'SNAPPY DELTA_BINARY_PACKED',
    real: 'SNAPPY ',
    count: 'SNAPPY BYTE_STREAM_SPLIT',
    label: 'SNAPPY RLE_DICTIONARY',
  });
});

it('refuses an encoding that the column cannot have, when its table is made', async () => {
  const path = join(scratch(), 'run');
  const parquet = { encodings: { real: 'RLE_DICTIONARY' } } as const;
  const recorder = await createRecorder({ backend: 'parquet', path, parquet });
  const error = refusal('InvalidConfig', () => recorder.table(Mixed));
  expect(error.message).toMatch(/"real" \(f64\) is "RLE_DICTIONARY", but can be BYTE_STREAM_SPLIT, PLAIN/);
  await recorder.close();
});

it('refuses options before anything is opened', async () => {
  const directory = join(scratch(), 'data');
  const compression = 'lzo' as never;
  await rejection(
    'InvalidConfig',
    createRecorder({ backend: 'parquet', directory, parquet: { compression } }),
  );
  expect(() => readFileSync(directory)).toThrow(/ENOENT/);
});
