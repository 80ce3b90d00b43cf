import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import { parquetMetadataAsync } from 'hyparquet';
import { asyncBufferFromFile } from 'hyparquet/src/node.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { convertRecording, exportRecording } from '../../src/export/index.ts';
import { createRecorder, defineTable, i32 } from '../../src/index.ts';
import { verify } from '../../src/read/index.ts';
import { scratch } from '../backends/scratch.ts';
import { expectSame } from './support/same-recording.ts';

const STEPS = 90;
const WIDTH = 30_000;
/** More than the most rows of a batch. */
const ROWS = 70_000;
const folder = mkdtempSync(join(tmpdir(), 'simtape-batches-'));
const source = join(folder, 'run');

/** Rows so wide that a batch of some 16 MB has about 70 of them; episodes go on from one into the next. */
beforeAll(async () => {
  const recorder = await createRecorder({ backend: 'parquet', path: source, thread: false });
  const image = new Float64Array(WIDTH);
  for (let step = 0; step < STEPS; step++) {
    image.fill(step);
    recorder.recordStep({ image, reward: step }, step, step < 20 ? 1 : step < 75 ? 1 + (step % 2) : 3);
    if (step === 74) recorder.recordEpisode({ success: true }, 2);
  }
  recorder.recordEpisode({ success: false }, 4);
  await recorder.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

it('goes through every format in several batches', async () => {
  const to = scratch();
  let from = source;
  for (const name of ['a.db', 'b.h5', 'c.arrow', 'd']) {
    const path = join(to, name);
    await convertRecording(from, path);
    await expectSame(path, source);
    expect((await verify(path)).ok).toBe(true);
    from = path;
  }
  // An episode's steps, and its summary beside them, in one file as when they were recorded.
  const names = (path: string) => readdirSync(join(path, 'episodes')).sort();
  expect(names(from)).toEqual(names(source));
});

it('is one file of several row groups and record batches', async () => {
  const to = scratch();
  await exportRecording(source, join(to, 'steps.parquet'));
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(join(to, 'steps.parquet')));
  expect(metadata.row_groups.length).toBeGreaterThan(1);
  expect(Number(metadata.num_rows)).toBe(STEPS);
  await exportRecording(source, join(to, 'steps.arrow'));
  const table = arrow.tableFromIPC(readFileSync(join(to, 'steps.arrow')));
  expect(table.batches.length).toBeGreaterThan(1);
  expect([...table.getChild('reward')!]).toEqual(Array.from({ length: STEPS }, (_, i) => i));
});

it('is one text, whatever the batches', async () => {
  const to = scratch();
  const long = join(to, 'long.db');
  const recorder = await createRecorder({ path: long, thread: false });
  const table = recorder.table(defineTable('sample', { x: i32() }));
  for (let x = 0; x < ROWS; x++) table.append({ x });
  await recorder.close();
  const wanted = Array.from({ length: ROWS }, (_, x) => ({ id: x + 1, x }));
  await exportRecording(long, join(to, 'x.json'));
  expect(JSON.parse(readFileSync(join(to, 'x.json'), 'utf8'))).toEqual(wanted);
  await exportRecording(long, join(to, 'x.ndjson'));
  const lines = readFileSync(join(to, 'x.ndjson'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(wanted);
  await exportRecording(long, join(to, 'x.csv'));
  const csv = readFileSync(join(to, 'x.csv'), 'utf8');
  expect(csv).toBe(`id,x\n${wanted.map(({ id, x }) => `${id},${x}\n`).join('')}`);
});

it('tells how far it has come after each batch', async () => {
  const seen: number[] = [];
  const path = join(scratch(), 'steps.ndjson');
  await exportRecording(source, path, { onProgress: ({ rows, totalRows }) => seen.push(rows, totalRows) });
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.slice(-2)).toEqual([STEPS, STEPS]);
});

it('writes more partitions than files are open at once', async () => {
  const path = join(scratch(), 'split');
  const many = join(scratch(), 'many.db');
  const recorder = await createRecorder({ path: many, thread: false });
  for (let step = 0; step < 600; step++) recorder.recordStep({ reward: step }, step, 1);
  await recorder.close();
  const { files, rows } = await exportRecording(many, path, {
    format: 'ndjson',
    partitionBy: ['step_number'],
  });
  expect([files, rows]).toEqual([601, { steps: 600 }]);
  for (const step of [0, 255, 256, 599]) {
    const line = readFileSync(join(path, `step_number=${step}`, 'data.ndjson'), 'utf8');
    expect(JSON.parse(line)).toMatchObject({ step_id: step + 1, reward: step });
  }
});
