import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bytes, defineTable, f32, f64, i64, timestamp, u8, utf8 } from '../../../src/index.ts';
import type { Recorder } from '../../../src/record/recorder.ts';
import { readRows } from '../../formats/parquet/read.ts';
import { steps } from '../driver.ts';
import { Driver } from './driver.ts';
import { freshRun, recordRun } from './run.ts';

type Row = Record<string, unknown>;

async function statisticsOf(folder: string): Promise<Map<string, Row>> {
  const rows = await readRows(readFileSync(join(folder, 'run_statistics.parquet')));
  return new Map(rows.map((row) => [`${row.table}.${row.column}`, row]));
}

async function figuresOf(folder: string): Promise<Row> {
  const rows = [...(await statisticsOf(folder)).values()].filter(({ table }) => table === 'runs');
  return Object.fromEntries(rows.map((row) => [row.column, row.value]));
}

const Odd = defineTable('odd', {
  real: f64({ nullable: true, unit: 'm' }),
  single: f32(),
  wide: i64(),
  small: u8(),
  text: utf8(),
  raw: bytes(),
  when: timestamp(),
});

it('counts, bounds and averages every column, over all row groups and files', async () => {
  const folder = freshRun();
  const reals = [1, Number.NaN, null, -0, 4, null, Number.NaN, 3];
  await recordRun(
    folder,
    async (recorder) => {
      for (const [i, real] of reals.entries()) {
        recorder.table(Odd).append({
          real,
          single: i % 2 === 0 ? 0.5 : Number.NEGATIVE_INFINITY,
          wide: 2n ** 62n + BigInt(i),
          small: 250 + (i % 5),
          text: 'abcdefgh'[i]!.repeat(100),
          raw: Uint8Array.of(i, 255),
          when: 1_700_000_000_000_000_000n + BigInt(i),
        });
        await recorder.flush();
      }
    },
    { parquet: { rowGroupValues: 20, maxFileRows: 5 } },
  );
  const statistics = await statisticsOf(folder);
  const of = (column: string) => statistics.get(`odd.${column}`);
  expect(of('real')).toMatchObject({
    kind: 'f64',
    unit: 'm',
    count: 6n,
    nulls: 2n,
    nans: 2n,
    min: 0,
    max: 4,
    mean: 2,
  });
  expect(of('single')).toMatchObject({
    count: 8n,
    nulls: 0n,
    min: Number.NEGATIVE_INFINITY,
    max: 0.5,
    mean: Number.NEGATIVE_INFINITY,
  });
  expect(of('wide')).toMatchObject({
    min_text: String(2n ** 62n),
    max_text: String(2n ** 62n + 7n),
    min: 2 ** 62,
  });
  expect(of('small')).toMatchObject({
    min: 250,
    max: 254,
    mean: (250 + 251 + 252 + 253 + 254 + 250 + 251 + 252) / 8,
  });
  expect(of('text')).toMatchObject({ count: 8n, min: null, mean: null, min_text: 'a'.repeat(64) });
  expect(of('raw')).toMatchObject({ min_text: '00ff', max_text: '07ff' });
  expect(of('when')).toMatchObject({
    min_text: '1700000000000000000',
    max_text: '1700000000000000007',
    mean: null,
  });
});

it('counts a column that appeared late as null before', async () => {
  const driver = new Driver({ parquet: { rowGroupValues: 100 } });
  driver.commit(steps(1, 0, 30));
  driver.commit(steps(1, 30, 50), { late: 2 });
  driver.commit(steps(2, 0, 10), { late: 3 });
  driver.backend.close(1);
  const statistics = await statisticsOf(driver.folder);
  expect(statistics.get('steps.late')).toMatchObject({
    count: 30n,
    nulls: 30n,
    min: 2,
    max: 3,
    mean: 70 / 30,
  });
});

function episode(recorder: Recorder, number: number, success: boolean | null): void {
  for (let step = 0; step < 3; step++) recorder.recordStep({ reward: number }, step, number);
  recorder.recordEpisode(success === null ? {} : { success }, number);
}

it('says what the episodes of the run came to', async () => {
  const folder = freshRun();
  await recordRun(folder, async (recorder) => {
    episode(recorder, 1, true);
    episode(recorder, 2, false);
    await recorder.flush();
    episode(recorder, 3, true);
    episode(recorder, 4, null);
  });
  expect(await figuresOf(folder)).toEqual({
    episodes: 4,
    steps: 12,
    total_reward: 30,
    mean_reward: 7.5,
    success_rate: 2 / 3,
  });
});

it('counts an episode that is completed again once, as it ended up', async () => {
  const folder = freshRun();
  await recordRun(folder, async (recorder) => {
    episode(recorder, 1, true);
    episode(recorder, 2, true);
    await recorder.flush();
    recorder.recordEpisode({ success: false, total_reward: 100 }, 1);
    await recorder.flush();
  });
  expect(await figuresOf(folder)).toMatchObject({ episodes: 2, total_reward: 106, success_rate: 0.5 });
});

it('says of a run without episodes that there are none', async () => {
  const folder = freshRun();
  await recordRun(folder, () => {});
  expect(await figuresOf(folder)).toEqual({
    episodes: 0,
    steps: 0,
    total_reward: null,
    mean_reward: null,
    success_rate: null,
  });
});

it('keeps what the run was in one row', async () => {
  const folder = freshRun();
  await recordRun(folder, () => {}, {
    runId: 'mine',
    seed: 7,
    world: 'plume',
    configuration: { wind: 2n ** 60n },
  });
  const rows = await readRows(readFileSync(join(folder, 'run_metadata.parquet')));
  expect(rows).toMatchObject([
    {
      run_id: 'mine',
      world: 'plume',
      seed: '7',
      configuration: '{"wind":1152921504606846976}',
      metadata: '{}',
    },
  ]);
  const [row] = rows;
  expect(row!.end_timestamp).toBeGreaterThanOrEqual(row!.start_timestamp as number);
});
