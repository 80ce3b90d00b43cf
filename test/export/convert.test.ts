import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertRecording, exportRecording } from '../../src/export/index.ts';
import { type Column, createRecorder, defineTable, type TableSchema } from '../../src/index.ts';
import { openRecording, verify } from '../../src/read/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { KINDS } from '../support/values.ts';
import { BACKENDS, recordMatrix } from './support/recordings.ts';
import { describeAll, expectSame } from './support/same-recording.ts';

/** Where each conversion of a round trip goes. */
const STEPS = ['a.h5', 'b.db', 'c.arrow', 'd'] as const;

const folder = mkdtempSync(join(tmpdir(), 'simtape-convert-'));
const recordings = new Map<string, string>();

beforeAll(async () => {
  for (const backend of BACKENDS) recordings.set(backend, await recordMatrix(join(folder, backend), backend));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Converts from format to format, and compares what comes out at every stop. */
async function roundTrip(source: string, to: string): Promise<void> {
  let from = source;
  for (const name of STEPS) {
    const path = join(to, name);
    await convertRecording(from, path);
    await expectSame(path, source);
    const report = await verify(path);
    expect(report.checks.flatMap(({ problems }) => problems)).toEqual([]);
    expect(report.state).toBe('ended');
    from = path;
  }
}

it.each(BACKENDS)('keeps everything of a %s recording through every format', async (backend) => {
  await roundTrip(recordings.get(backend)!, scratch());
});

it('keeps every kind of column, every value to the bit', async () => {
  const source = join(scratch(), 'kinds');
  const recorder = await createRecorder({ backend: 'parquet', path: source, thread: false });
  for (const [i, { column, taken }] of KINDS.entries()) {
    const columns = { value: column({}), maybe: column({ nullable: true }) } as Record<string, Column>;
    const table = recorder.table(defineTable(`kind_${i}`, columns) as TableSchema);
    for (const [value] of taken) {
      table.append({ value, maybe: value } as never);
      table.append({ value } as never);
    }
  }
  await recorder.close();
  await roundTrip(source, scratch());
});

it('keeps integers beyond 2^53 in what is known of a run, and in JSON of rows', async () => {
  const configuration = { seed: 2n ** 60n + 1n, least: -(2n ** 63n), limit: 2 ** 60, rate: 1 / 3, zero: -0 };
  const source = join(scratch(), 'source.db');
  const recorder = await createRecorder({
    path: source,
    thread: false,
    configuration,
    metadata: { tick: 10n ** 30n },
  });
  recorder.recordStep({ action: { ticks: [2n ** 53n + 1n, 7n] } }, 0, 1);
  await recorder.close();
  const to = scratch();
  let from = source;
  for (const name of [...STEPS, 'e.db']) {
    const path = join(to, name);
    await convertRecording(from, path);
    using reader = await openRecording(path);
    const [run] = reader.runs();
    // JSON has no -0.
    expect(run!.configuration).toEqual({ ...configuration, zero: 0 });
    expect(run!.metadata).toEqual({ tick: 10n ** 30n });
    const [step] = await Array.fromAsync(reader.table('steps').rows());
    expect(step!.action_data).toEqual({ ticks: [2n ** 53n + 1n, 7] });
    from = path;
  }
  await exportRecording(source, join(to, 'steps.csv'));
  const text = readFileSync(join(to, 'steps.csv.metadata.json'), 'utf8');
  expect(text).toMatch(/"seed": 1152921504606846977,\s+"least": -9223372036854775808,/);
});

it('says what it made', async () => {
  const path = join(scratch(), 'to.db');
  const seen: number[] = [];
  const report = await convertRecording(recordings.get('parquet')!, path, {
    onProgress: ({ rows, totalRows }) => seen.push(rows / totalRows),
  });
  expect(report).toMatchObject({
    path,
    format: 'sqlite',
    runs: ['matrix'],
    rows: { body: 2, empty: 0, episodes: 3, simulation_frame: 400, state: 800, steps: 400 },
    files: 1,
  });
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

it('compresses Arrow files with zstd, and reads them back', async () => {
  const plain = await convertRecording(recordings.get('sqlite')!, join(scratch(), 'a'), { format: 'arrow' });
  const path = join(scratch(), 'b');
  const packed = await convertRecording(recordings.get('sqlite')!, path, {
    format: 'arrow',
    compression: 'zstd',
  });
  expect(packed.bytes).toBeLessThan(plain.bytes / 2);
  await expectSame(path, recordings.get('sqlite')!);
});

it('gives several tables of an HDF5 or SQLite export the ones that they refer to', async () => {
  for (const name of ['some.db', 'some.h5']) {
    const path = join(scratch(), name);
    const { rows } = await exportRecording(recordings.get('parquet')!, path, { tables: ['state'] });
    expect(rows).toEqual({ state: 800, simulation_frame: 400, body: 2 });
    expect((await verify(path)).ok).toBe(true);
  }
});

it('exports some episodes as a recording of them', async () => {
  for (const name of ['some.db', 'some.h5']) {
    const path = join(scratch(), name);
    const { rows } = await exportRecording(recordings.get('hdf5')!, path, { filterEpisodes: [2] });
    expect(rows).toEqual({ state: 800, simulation_frame: 400, body: 2, empty: 0, steps: 133, episodes: 1 });
    using reader = await openRecording(path);
    const { episode_id } = await reader.table('steps').columns({ select: ['episode_id'] });
    expect(new Set(episode_id!.values as BigInt64Array)).toEqual(new Set([2n]));
    expect((await verify(path)).ok).toBe(true);
  }
});

describe('several runs', () => {
  const runs = ['one', 'two', 'three'];
  /** Runs whose row ids are the same, in a folder. */
  async function severalRuns(): Promise<string> {
    const many = scratch();
    for (const [i, runId] of runs.entries()) {
      const backend = BACKENDS[i]!;
      await recordMatrix(join(many, `${i}-${runId}`), backend, { runId, world: runId });
    }
    return many;
  }

  it('go into one SQLite file, with ids that differ and references that hold', async () => {
    const many = await severalRuns();
    const path = join(scratch(), 'all.db');
    const report = await convertRecording(many, path);
    expect(report.runs).toEqual(runs);
    expect(report.rows).toMatchObject({ state: 2400, steps: 1200, episodes: 9 });
    expect((await verify(path)).ok).toBe(true);
    using reader = await openRecording(path);
    expect(reader.runs().map(({ runId, world, steps }) => [runId, world, steps])).toEqual(
      runs.map((run) => [run, run, 400]),
    );
    const { rows } = await reader.query(
      `SELECT r.run_id, count(*), min(s.wide), sum(b.mass) FROM state s JOIN body b ON b.id = s.body_id
       AND b.run_number = s.run_number JOIN runs r ON r.run_number = s.run_number GROUP BY 1 ORDER BY r.run_number`,
    );
    expect(rows).toEqual(runs.map((run) => [run, 800, 2n ** 53n + 1n, 1200]));
  });

  it('go into a folder each, and come back', async () => {
    const many = await severalRuns();
    for (const format of ['parquet', 'arrow'] as const) {
      const path = join(scratch(), 'folder');
      await convertRecording(many, path, { format });
      expect(readdirSync(path).sort()).toEqual(runs.toSorted());
      await expectSame(path, many);
    }
    // A file of several runs, too; its ids stay what they are.
    const file = join(scratch(), 'all.db');
    await convertRecording(many, file);
    const path = join(scratch(), 'folder');
    await convertRecording(file, path);
    using a = await openRecording(path);
    using b = await openRecording(file);
    expect(describeAll(a).runs).toEqual(describeAll(b).runs);
  });

  it('do not go into one HDF5 file: one of them does', async () => {
    const many = await severalRuns();
    const path = join(scratch(), 'one.h5');
    const { message } = await rejection('InvalidConfig', convertRecording(many, path));
    expect(message).toMatch(/an HDF5 file holds one run, and there are 3 .*: choose one of one, two, three/);
    expect((await convertRecording(many, path, { run: 'two' })).runs).toEqual(['two']);
    using reader = await openRecording(path);
    expect(reader.runs()).toMatchObject([{ runId: 'two', steps: 400 }]);
  });

  it('have run_id in front, in files of one table', async () => {
    const many = await severalRuns();
    const path = join(scratch(), 'split');
    const { rows, files } = await exportRecording(many, path, { partitionBy: ['run_id', 'episode_id'] });
    expect([rows, files]).toEqual([{ steps: 1200 }, 9]);
    expect(readdirSync(path).sort()).toEqual(runs.map((run) => `run_id=${run}`).sort());
  });
});
