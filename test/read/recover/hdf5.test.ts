import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPRESSORS } from '../../../src/backends/hdf5/compressors.ts';
import { DiskFile } from '../../../src/backends/hdf5/file.ts';
import { thisProcess } from '../../../src/backends/writer-process.ts';
import { Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import {
  createRecorder,
  defineTable,
  f64,
  json,
  type Recorder,
  type RecorderConfig,
  ref,
  SimulationFrame,
  vec3,
} from '../../../src/index.ts';
import { openRecording, recover, type VerifyReport, verify } from '../../../src/read/index.ts';
import { contentsOf, groupAt, withH5 } from '../../backends/hdf5/h5.ts';
import { rejection, scratch } from '../../backends/scratch.ts';
import { KINDS } from '../../support/values.ts';
import { damage } from '../verify/damage.ts';

const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  x: f64({ nullable: true }),
  position: vec3({ nullable: true }),
  data: json({ nullable: true }),
});
const Empty = defineTable('empty', { x: f64() });
const problems = ({ checks }: VerifyReport) => checks.flatMap((check) => check.problems);

/** A file as it was closed, and copies of it and its journal as kills would have left them before. */
async function recordAndCrash(
  simulate: (recorder: Recorder, crash: () => void) => void,
  config: RecorderConfig = {},
): Promise<{ closed: string; crashed: string[] }> {
  const folder = scratch();
  const closed = join(folder, 'closed.h5');
  const crashed: string[] = [];
  const recorder = await createRecorder({
    backend: 'hdf5',
    path: closed,
    runId: 'r',
    thread: false,
    hdf5: { chunkSize: 8, journalBytes: 65_536 },
    ...config,
  });
  try {
    simulate(recorder, () => {
      const copy = join(folder, `crashed-${crashed.length + 1}.h5`);
      copyFileSync(closed, copy);
      if (existsSync(`${closed}.journal`))
        cpSync(`${closed}.journal`, `${copy}.journal`, { recursive: true });
      // A number that no process has (Linux gives out none above 2^22).
      setWriter(copy, { pid: 2 ** 30 });
      crashed.push(copy);
    });
  } finally {
    await recorder.close();
  }
  return { closed, crashed };
}

/** What the group of a table says of its rows. */
function groupRows(path: string, table: string): Promise<Float64Array> {
  return withH5(path, (file) => groupAt(file, `r/tables/${table}`).attrs.simtape_rows!.value as Float64Array);
}

/** Changes who the file says is writing. */
function setWriter(path: string, changes: object): void {
  const file = new DiskFile(path, 'r+', false);
  const writer = new Hdf5Writer(file, COMPRESSORS, file);
  writer.setAttributes('/r', { writer: JSON.stringify({ ...thisProcess(), ...changes }) });
  writer.checkpoint();
  file.close();
}

function simulate(recorder: Recorder, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    recorder.recordFrame(i);
    for (let k = 0; k < 3; k++) {
      recorder.table(State).append({
        x: i % 3 === 0 ? null : i,
        position: k === 1 ? null : [i, k, -0],
        data: i > 10 ? { i, long: 'x'.repeat(i * 20) } : null,
      });
    }
    const late = i < 12 ? {} : { gust: i };
    recorder.recordStep({ reward: i, ...late }, i, 1 + (i % 3));
    recorder.endFrame();
    if (i % 4 === 3) recorder.flushSync();
    if (i === 20) recorder.recordEpisode({ success: true }, 2);
  }
  recorder.flushSync();
}

const Timed = ['rising', 'falling'].map((name) =>
  defineTable(name, { at: f64({ clock: 'simulation' }), x: f64() }),
);

describe('a run that was cut off', () => {
  it('is searched by time as before', async () => {
    const { closed, crashed } = await recordAndCrash((recorder, crash) => {
      const [rising, falling] = Timed.map((schema) => recorder.table(schema));
      for (let i = 0; i < 60; i++) {
        for (const table of [rising!, falling!]) table.append({ at: i, x: i });
        if (i % 20 === 19) recorder.flushSync();
        if (i === 39) crash();
      }
      rising!.append({ at: 59, x: -1 });
      falling!.append({ at: 5, x: -1 });
      recorder.flushSync();
      crash();
    });
    for (const path of crashed) await recover(path);
    const found: unknown[] = [];
    for (const path of [closed, ...crashed]) {
      using reader = await openRecording(path);
      for (const name of ['rising', 'falling']) {
        const rows = groupRows(path, name);
        const { x } = await reader
          .table(name)
          .columns({ where: { time: { from: 5, to: 5.5 } }, select: ['x'] });
        found.push([name, (await rows)[6], Array.from(x!.values as Float64Array)]);
      }
    }
    expect(found).toEqual([
      ['rising', 1, [5]],
      ['falling', 0, [5, -1]],
      ['rising', 1, [5]],
      ['falling', 1, [5]],
      ['rising', 1, [5]],
      ['falling', 0, [5, -1]],
    ]);
  });

  it('is what it was, at whatever moment', async () => {
    const wanted: Record<string, unknown>[] = [];
    const paths: string[] = [];
    const { crashed } = await recordAndCrash((recorder, crash) => {
      recorder.table(Empty);
      for (let part = 0; part < 12; part++) {
        simulate(recorder, part * 7, part * 7 + 7);
        crash();
      }
    });
    for (const path of crashed) {
      const seen = await contentsOf(path);
      const report = await recover(path);
      expect(report).toMatchObject({ outcome: 'recovered', losses: [], notes: [] });
      expect(await contentsOf(path)).toEqual(seen);
      expect(seen.state).toHaveLength(21 * (paths.length + 1));
      expect(problems(await verify(path))).toEqual([]);
      expect(existsSync(`${path}.journal`)).toBe(false);
      using reader = await openRecording(path);
      expect(reader.runs()).toMatchObject([{ state: 'crashed', endTimestamp: null }]);
      expect(reader.tables().map(({ name }) => name)).toContain('empty');
      expect(await recover(path)).toMatchObject({ outcome: 'nothing', notes: [] });
      wanted.push(seen);
      paths.push(path);
    }
  });

  it.each(['gzip', 'lzf', 'none'] as const)('has every value of every kind, with %s', async (compression) => {
    const { closed, crashed } = await recordAndCrash(
      (recorder, crash) => {
        for (const [i, { column, taken }] of KINDS.entries()) {
          const { append } = recorder.table(
            defineTable(`t${i}`, { value: column({}), maybe: column({ nullable: true }) }),
          );
          for (const [j, [value]] of taken.entries())
            append({ value, maybe: j % 2 === 0 ? null : value } as never);
          if (i % 2 === 0) recorder.flushSync();
        }
        recorder.flushSync();
        crash();
      },
      { hdf5: { compression, chunkSize: 3, journalBytes: 65_536 } },
    );
    expect(await recover(crashed[0]!)).toMatchObject({ losses: [] });
    expect(problems(await verify(crashed[0]!))).toEqual([]);
    expect(await contentsOf(crashed[0]!)).toEqual(await contentsOf(closed));
  });

  it('before its first row is finished too', async () => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      crash();
      recorder.table(State);
      crash();
    });
    for (const path of crashed) {
      expect(await recover(path)).toMatchObject({ outcome: 'recovered', losses: [] });
      expect(problems(await verify(path))).toEqual([]);
    }
  });

  it('whose episode had no steps goes on in the same group', async () => {
    const { crashed } = await recordAndCrash(
      (recorder, crash) => {
        recorder.recordEpisode({ note: 'first' }, 1);
        recorder.flushSync();
        crash();
        recorder.recordEpisode({ success: true }, 1);
        recorder.recordStep({ reward: 1 }, 0, 1);
        recorder.flushSync();
        crash();
      },
      { durability: 'process' },
    );
    for (const [i, path] of crashed.entries()) {
      expect(await recover(path)).toMatchObject({ outcome: 'recovered', losses: [] });
      const { episodes, steps } = await contentsOf(path);
      expect(episodes).toMatchObject([{ note: 'first', success: i === 0 ? null : true }]);
      expect(steps ?? []).toHaveLength(i);
      expect(problems(await verify(path))).toEqual([]);
      await withH5(path, (file) => expect(groupAt(file, 'r').keys()).toEqual(['tables', 'episode_000001']));
    }
  });

  it('is not changed by a dry run', async () => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      simulate(recorder, 0, 20);
      crash();
    });
    const [path] = crashed as [string];
    const before = readFileSync(path);
    const report = await recover(path, { dryRun: true });
    expect(report).toMatchObject({ outcome: 'recoverable', format: 'hdf5', losses: [] });
    const state = report.tables.find(({ name }) => name === 'state')!;
    expect(state.inFiles + state.fromJournal).toBe(60);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(`${path}.journal`)).not.toEqual([]);
  });

  it('has lost nothing that was confirmed where the last record of its journal is torn', async () => {
    const { crashed } = await recordAndCrash((recorder, crash) => {
      simulate(recorder, 0, 10);
      crash();
    });
    const [path] = crashed as [string];
    const last = join(`${path}.journal`, readdirSync(`${path}.journal`).sort().at(-1)!);
    truncateSync(last, statSync(last).size - 11);
    expect(await recover(path)).toMatchObject({
      losses: [],
      notes: [expect.stringMatching(/not written to its end/)],
    });
    expect(problems(await verify(path))).toEqual([]);
  });

  it('that asked for no journal has what its last checkpoint has', async () => {
    const { crashed } = await recordAndCrash(
      (recorder, crash) => {
        simulate(recorder, 0, 10);
        crash();
      },
      { durability: 'none' },
    );
    expect((await recover(crashed[0]!)).losses).toEqual([expect.stringMatching(/without a journal/)]);
    expect(problems(await verify(crashed[0]!))).toEqual([]);
  });
});

it('refuses what a living process writes', async () => {
  const { crashed } = await recordAndCrash((recorder, crash) => {
    simulate(recorder, 0, 2);
    crash();
  });
  const [path] = crashed as [string];
  setWriter(path, {});
  expect((await rejection('CannotOpen', recover(path))).message).toContain(`process ${process.pid}`);
  await rejection('CannotOpen', recover(path, { force: true }));
  setWriter(path, { host: 'elsewhere' });
  expect((await rejection('CannotOpen', recover(path))).message).toContain('--force');
  expect(await recover(path, { force: true })).toMatchObject({ outcome: 'recovered', losses: [] });
});

it('finds damage wherever it is in the rows', async () => {
  const ROWS = 20_000;
  const { closed } = await recordAndCrash(
    (recorder) => {
      const { append } = recorder.table(defineTable('sample', { a: f64(), b: f64() }));
      for (let i = 0; i < ROWS; i++) append({ a: i + 0.1, b: i + 0.2 });
    },
    { hdf5: { compression: 'none', shuffle: false, chunkSize: 512 } },
  );
  expect(problems(await verify(closed))).toEqual([]);
  const whole = readFileSync(closed);
  const missed: number[] = [];
  for (let row = 7; row < ROWS; row += 1000) {
    const value = row + (row % 2000 === 7 ? 0.1 : 0.2);
    const at = whole.indexOf(Buffer.from(Float64Array.of(value).buffer));
    expect(at).toBeGreaterThan(0);
    const copy = join(scratch(), 'damaged.h5');
    copyFileSync(closed, copy);
    damage(copy, (bytes) => bytes.fill(0x5a, at + 3, at + 4));
    const report = await verify(copy).catch((error: Error) => error);
    if (report instanceof Error) expect(report).toMatchObject({ tag: 'NotARecording' });
    else if (report.ok) missed.push(row);
  }
  expect(missed).toEqual([]);
});
