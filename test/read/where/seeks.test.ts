import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineTable, f64, type Recorder, ref, SimulationFrame } from '../../../src/index.ts';
import { openRecording, type Reader, statesAt, type Where } from '../../../src/read/index.ts';
import { connect, record } from '../../backends/scratch.ts';
import { ENDINGS } from '../backends.ts';
import { folderForFile } from '../shared-folder.ts';

const names = Array.from({ length: 12 }, (_, i) => `x${i}`);
const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  body: f64(),
  ...Object.fromEntries(names.map((name) => [name, f64()])),
});
const FRAMES = 2000;
const BODIES = 25;
const EPISODES = 40;

/** Numbers that no codec makes small. */
function simulate(recorder: Recorder): void {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const state = recorder.table(State);
  for (let i = 0; i < FRAMES; i++) {
    recorder.recordFrame(i / 100);
    for (let body = 0; body < BODIES; body++) {
      state.append({ body, ...Object.fromEntries(names.map((name) => [name, random()])) } as never);
    }
    recorder.recordStep(Object.fromEntries(names.map((name) => [name, random()])), i, i % EPISODES);
    recorder.endFrame();
  }
}

const folder = folderForFile();
const pathOf = (backend: string) => `${folder}/${backend}${ENDINGS[backend as keyof typeof ENDINGS]}`;
const FILES = ['parquet', 'hdf5'] as const;

/** Bytes that this process reads from files meanwhile, as Linux counts them. */
async function bytesRead(action: () => Promise<unknown>): Promise<number> {
  const before = readChars();
  await action();
  return readChars() - before;
}
const IO = '/proc/self/io';
const readChars = () => Number(/^rchar: (\d+)$/m.exec(readFileSync(IO, 'utf8'))![1]);

describe.runIf(existsSync(IO)).each(FILES)('%s', (backend) => {
  beforeAll(() =>
    record(pathOf(backend), simulate, {
      backend,
      parquet: { rowGroupValues: 30_000 },
      hdf5: { chunkSize: 1024 },
    }),
  );

  /** Bytes read by each, once what is read of any table is in memory: footers, groups. */
  async function costs(table: string, where: Where, select?: string[]): Promise<[all: number, some: number]> {
    using reader = await openRecording(pathOf(backend));
    const read = (options: object) => reader.table(table).columns(options);
    const wanted = select === undefined ? {} : { select };
    await read({ where, limit: 1 });
    const some = await bytesRead(() => read({ where, ...wanted }));
    return [await bytesRead(() => read(wanted)), some];
  }

  it('reads a frame without the frames around it', async () => {
    const [all, some] = await costs('state', { frame: 1200 });
    expect(all).toBeGreaterThan(FRAMES * BODIES * names.length * 7);
    expect(some).toBeLessThan(all / 15);
  });

  it('reads a span of time through the times of frames', async () => {
    const [all, some] = await costs('state', { time: { from: 3, to: 3.2 } });
    expect(some).toBeLessThan(all / 8);
  });

  it('reads the states at a time without those before and after', async () => {
    using reader = await openRecording(pathOf(backend));
    const options = { tables: ['state'], mode: 'interpolated' } as const;
    await statesAt(reader, 3.333, options);
    const all = await bytesRead(() => reader.table('state').columns());
    for (const time of [0.001, 10.333, 19.98]) {
      expect(await bytesRead(() => statesAt(reader, time, options))).toBeLessThan(all / 5);
    }
  });

  it('reads an episode without the others', async () => {
    const [all, some] = await costs('steps', { episode: 7 });
    expect(some).toBeLessThan(all / 15);
  });

  it('reads a column without the others', async () => {
    const [all] = await costs('state', {});
    const [one] = await costs('state', {}, ['x3']);
    expect(one).toBeLessThan(all / 6);
  });

  it('reads a large row group a page at a time', async () => {
    const path = `${folder}/large-${backend}${ENDINGS[backend]}`;
    const Large = defineTable('large', { x: f64() });
    const rows = 1.5 * 2 ** 17;
    await record(
      path,
      (recorder) => {
        const table = recorder.table(Large);
        for (let i = 0; i < rows; i++) table.append({ x: (Math.sin(i) * 1e9) % 1 });
      },
      { backend, maxWaitMs: 60_000 },
    );
    using reader = await openRecording(path);
    const first = async () => {
      for await (const batch of reader.table('large').batches({ batchRows: 1000 })) return batch.rows;
    };
    await first();
    expect(await bytesRead(first)).toBeLessThan(rows * 8 * 0.8);
  });

  it('reads next to nothing where no frame is meant', async () => {
    const [all, some] = await costs('state', { time: { from: 1e6 } });
    expect(some).toBeLessThan(all / 50);
  });
});

describe('sqlite', () => {
  afterEach(() => vi.restoreAllMocks());
  beforeAll(() =>
    record(
      pathOf('sqlite'),
      (recorder) => {
        recorder.recordFrame(0);
        recorder
          .table(State)
          .append({ body: 0, ...Object.fromEntries(names.map((name) => [name, 0])) } as never);
        recorder.recordStep({ simulation_time: 0 }, 0, 1);
      },
      { backend: 'sqlite' },
    ),
  );

  /** How SQLite goes about what a call asks for. */
  async function plansOf(call: (reader: Reader) => Promise<unknown>): Promise<string[]> {
    const statements: string[] = [];
    const { prepare } = DatabaseSync.prototype;
    vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql) {
      statements.push(sql);
      return prepare.call(this, sql);
    });
    using reader = await openRecording(pathOf('sqlite'));
    statements.length = 0;
    await call(reader);
    vi.restoreAllMocks();
    const database = connect(pathOf('sqlite'));
    const own = statements.filter((sql) => !/ (simtape_\w+|runs)\b/.test(sql));
    expect(own).not.toEqual([]);
    return own.flatMap((sql) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => String(row.detail)),
    );
  }

  it.each([
    ['state', { frame: 5 }],
    ['state', { frame: { from: 5, to: 9 } }],
    ['state', { time: { from: 0, to: 1 } }],
    ['simulation_frame', { time: 0.5 }],
    ['simulation_frame', { frame: { to: 3 } }],
    ['steps', { episode: 4 }],
    ['steps', { episode: [4, 6, 8] }],
    ['steps', { episode: Array.from({ length: 99 }, (_, i) => 2 * i) }],
    ['episodes', { episode: 4 }],
  ] as [string, Where][])('answers %s where %j by an index', async (table, where) => {
    const plans = await plansOf((reader) => reader.table(table).columns({ where }));
    expect(plans.filter((plan) => /^SCAN (?!json_each)/.test(plan))).toEqual([]);
    expect(plans.filter((plan) => /^SEARCH /.test(plan))).not.toEqual([]);
  });

  it('counts the rows of a table when somebody asks', async () => {
    const plans = await plansOf(async (reader) => {
      const { info } = reader.table('state');
      return reader
        .table('steps')
        .columns({ where: { episode: 1 } })
        .then(() => info.name);
    });
    expect(plans.filter((plan) => /^SCAN /.test(plan))).toEqual([]);
    using reader = await openRecording(pathOf('sqlite'));
    expect(reader.table('state').info.rows).toBe(1);
  });
});
