import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EncoderPool } from '../../../src/backends/parquet/encoder-pool.ts';
import { Memory } from '../../../src/backends/parquet/memory.ts';
import { RowBuilder } from '../../../src/backends/parquet/row-builder.ts';
import { type ParquetColumn, ParquetWriter } from '../../../src/formats/parquet/index.ts';
import { array, bool, defineTable, enumOf, f64, i64, json, u8, utf8 } from '../../../src/index.ts';
import type { Recorder } from '../../../src/record/recorder.ts';
import { readColumn } from '../../formats/parquet/read.ts';
import { refusal } from '../../support/errors.ts';
import { steps } from '../driver.ts';
import { Driver } from './driver.ts';
import { hiddenFilesIn, readFiles, readTable } from './read-run.ts';
import { freshRun, recordRun } from './run.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const Wide = defineTable('wide', {
  real: f64({ nullable: true }),
  count: i64(),
  label: utf8({ nullable: true }),
  info: json(),
  phase: enumOf(['a', 'b', 'c']),
  flag: bool(),
  list: array('f64', 12),
  small: u8(),
});

const rowOf = (i: number) => ({
  real: i % 7 === 0 ? null : Math.sin(i),
  count: BigInt(i) ** 3n,
  label: i % 5 === 0 ? null : `label ${i % 1000}`,
  info: { i },
  phase: (['a', 'b', 'c'] as const)[i % 3]!,
  flag: i % 2 === 0,
  list: range(12).map((k) => i + k / 100),
  small: i % 256,
});

async function simulate(recorder: Recorder): Promise<void> {
  const table = recorder.table(Wide);
  for (const i of range(30_000)) {
    table.append(rowOf(i));
    if (i % 7000 === 0) await recorder.flush();
  }
}

it.each([
  [1, 1],
  [3, 2],
])('%i threads with %i row groups on their way write what one alone would', async (encoders, queueSize) => {
  const parquet = { rowGroupValues: 40_000 };
  const alone = freshRun();
  await recordRun(alone, simulate, { parquet });
  const folder = freshRun();
  await recordRun(folder, simulate, { parquet: { ...parquet, encoders, queueSize } });
  const [one, ...others] = await readFiles(folder, 'wide');
  const [wanted] = await readFiles(alone, 'wide');
  expect(others).toEqual([]);
  expect(one!.rowGroups.length).toBeGreaterThan(10);
  expect(one!.rowGroups).toEqual(wanted!.rowGroups);
  expect(one!.rows).toEqual(wanted!.rows);
  expect(one!.metadata.statistics).toEqual(wanted!.metadata.statistics);
});

const CONFIG = { encoders: 2, rowGroupValues: 60_000 } as const;
/** Steps that fill several row groups, each large enough for another thread. */
const many = (episode: number, from: number, count: number) => steps(episode, from, from + count);

describe('row groups on their way', () => {
  it('are taken back with their commit', async () => {
    const driver = new Driver({ parquet: CONFIG });
    driver.commit(many(1, 0, 6000));
    driver.commit(many(1, 6000, 9000), {}, true);
    driver.commit(many(1, 15_000, 9000), { late: 1 }, true);
    driver.backend.abandon();
    driver.commit(many(1, 50_000, 5000));
    driver.backend.close(1);
    const rows = await readTable(driver.folder, 'steps');
    expect(rows.map((row) => row.v)).toEqual([...range(6000), ...range(5000).map((i) => 50_000 + i)]);
    expect(rows.every((row) => row.late === null)).toBe(true);
  });

  it('stay in the file of their commit where a column appears', async () => {
    const driver = new Driver({ parquet: CONFIG });
    driver.commit(many(1, 0, 9000), {}, true);
    driver.commit(many(1, 9000, 9000), { late: 1 });
    driver.backend.close(1);
    const files = await readFiles(driver.folder, 'steps');
    expect(files).toHaveLength(1);
    expect(files[0]!.rows.map((row) => row.v)).toEqual(range(18_000));
    expect(files[0]!.rows.map((row) => row.late)).toEqual(range(18_000).map((i) => (i < 9000 ? null : 1)));
  });

  it('are written where memory is short', async () => {
    const driver = new Driver({ parquet: { ...CONFIG, queueSize: 100 }, memoryBytes: 1_500_000 });
    for (const round of range(20)) driver.commit([...many(1, round * 3000, 3000), ...many(2, round, 1)]);
    driver.backend.close(1);
    const [first, second] = await readFiles(driver.folder, 'steps');
    expect(first!.rows.map((row) => row.v)).toEqual(range(60_000));
    expect(second!.rows.map((row) => row.v)).toEqual(range(20));
  });

  it('wait for a disk that cannot be written, and none is lost or there twice', async () => {
    const driver = new Driver({ parquet: CONFIG });
    const obstacle = join(driver.folder, 'episodes', '.trajectory_ep_000001.parquet.tmp');
    mkdirSync(obstacle, { recursive: true });
    driver.commit(many(1, 0, 9000));
    expect(hiddenFilesIn(driver.folder)).toEqual([]);
    rmSync(obstacle, { recursive: true });
    driver.commit(many(1, 9000, 9000));
    driver.backend.close(1);
    const rows = await readTable(driver.folder, 'steps');
    expect(rows.map((row) => row.v)).toEqual(range(18_000));
  });
});

const LABELS: ParquetColumn = { name: 'v', kind: 'f64', nullable: false };

/** A builder of one number column. */
function builderOf(rows: number): RowBuilder {
  const builder = new RowBuilder([LABELS], new Memory(1e9, true), rows);
  const bytes = new Uint8Array(Float64Array.from({ length: rows }, (_, i) => i).buffer);
  const views = { U8: bytes, U32: new Uint32Array(bytes.buffer) };
  const layout = { fields: [{ view: 'F64', start: 0, width: 1, valid: -1, inArena: false }] };
  builder.append({ views, layout, from: 0, to: rows, firstId: 1 } as never, [0], 0, rows);
  return builder;
}

function poolOf(compression: string, patienceMs?: number): EncoderPool {
  const pool = new EncoderPool(1, 2, { compression, level: undefined }, patienceMs);
  onTestFinished(() => pool.close());
  return pool;
}

const here = () => {
  throw new Error('encoded here');
};

describe('an encoder thread', () => {
  it('gives the row group back, and then the builder', async () => {
    const builder = builderOf(1000);
    let recycled = 0;
    const recycle = () => {
      recycled++;
    };
    const encoding = poolOf('none').submit({
      columns: [LABELS],
      builder,
      rows: 900,
      encodeHere: here,
      recycle,
    });
    const { encoded, facts } = encoding.group();
    expect(facts).toEqual([{ count: 900, nans: 0, min: -0, max: 899, sum: 404_550 }]);
    const writer = new ParquetWriter({ columns: [LABELS] });
    const file = Buffer.concat([...writer.append(encoded), ...writer.finish()]);
    expect(await readColumn(new Uint8Array(file), LABELS)).toHaveLength(900);
    expect(recycled).toBe(0);
    encoding.release();
    expect(recycled).toBe(1);
  });

  it('whose row group is none has its error thrown by the writer', () => {
    const task = { builder: builderOf(10), rows: 10, encodeHere: here, recycle: () => {} };
    const columns = [LABELS, { ...LABELS, name: 'missing' }];
    const encoding = poolOf('none').submit({ ...task, columns });
    expect(() => encoding.group()).toThrow('encoded here');
    // It can be asked for again.
    expect(() => encoding.group()).toThrow('encoded here');
  });

  it('that does not live is given up, and the writer encodes', () => {
    const pool = poolOf('no such codec', 50);
    const writer = new ParquetWriter({ columns: [LABELS] });
    const encodeHere = () => ({
      encoded: { rows: 0, sorted: false, chunks: [], columns: [] },
      facts: [],
      outcomes: [],
    });
    const task = { columns: [LABELS], builder: builderOf(10), rows: 10, encodeHere, recycle: () => {} };
    expect(pool.submit(task).group()).toEqual(encodeHere());
    expect(pool.submit(task).group()).toEqual(encodeHere());
    expect(writer.rows).toBe(0);
  });
});

it('refuses numbers of threads and of row groups that make no sense', async () => {
  const open = (parquet: object) => () => new Driver({ parquet });
  expect(refusal('InvalidConfig', open({ encoders: -1 })).message).toMatch(/parquet.encoders = -1/);
  expect(refusal('InvalidConfig', open({ queueSize: 0 })).message).toMatch(/parquet.queueSize = 0/);
});
