import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import {
  createRecorder,
  defineTable,
  f64,
  json,
  type RecorderConfig,
  ref,
  SimulationFrame,
  utf8,
} from '../../src/index.ts';
import { openRecording, type Reader } from '../../src/read/index.ts';
import { freshPath, record, rejection } from '../backends/scratch.ts';
import { refusal } from '../support/errors.ts';
import { difference } from './bits.ts';

const Body = defineTable(
  'body',
  {
    frame_id: ref(SimulationFrame),
    x: f64({ unit: 'm', description: 'Place' }),
    label: utf8({ nullable: true }),
  },
  { description: 'Bodies' },
);

/** Run `a` with three frames and one step, run `b` with two frames and an episode of two steps. */
async function twoRuns(path: string, second: RecorderConfig = {}): Promise<void> {
  await record(
    path,
    (recorder) => {
      for (let i = 0; i < 3; i++) {
        recorder.recordFrame(i);
        recorder.table(Body).append({ x: i, label: i === 1 ? null : `a${i}` });
      }
      recorder.recordStep({ reward: 1 }, 0, 1);
    },
    { runId: 'a' },
  );
  await record(
    path,
    (recorder) => {
      for (let i = 0; i < 2; i++) {
        recorder.recordFrame(10 + i);
        recorder.table(Body).append({ x: -0, label: `b${i}` });
        recorder.recordStep({ reward: 2 }, i, 1);
      }
      recorder.recordEpisode({ success: true }, 1);
      recorder.recordEpisode({ success: false }, 2);
    },
    { runId: 'b', ...second },
  );
}

async function opened(second?: RecorderConfig): Promise<Reader> {
  const path = freshPath();
  await twoRuns(path, second);
  return openRecording(path);
}

it('lists the runs in their order, with where they come from', async () => {
  const configuration = { wind: { speed: 2, direction: [1, 0] }, agents: 1 };
  using recording = await opened({
    configuration,
    metadata: { note: 'second' },
    world: 'plume',
    seed: 42,
  });
  const [first, second] = recording.runs();
  expect(first).toMatchObject({ runId: 'a', world: null, seed: null, configuration: null, metadata: {} });
  expect(second).toMatchObject({
    runId: 'b',
    state: 'ended',
    world: 'plume',
    seed: '42',
    configuration,
    configurationHash: hash('sha256', '{"agents":1,"wind":{"direction":[1,0],"speed":2}}'),
    metadata: { note: 'second' },
    provenance: { world: 'plume', seed: 42, host: hostname(), versions: { node: process.versions.node } },
    episodes: 2,
    steps: 2,
  });
  expect([first!.episodes, first!.steps]).toEqual([1, 1]);
  for (const { startTimestamp, endTimestamp } of recording.runs()) {
    expect(endTimestamp).toBeGreaterThanOrEqual(startTimestamp);
  }
  expect(second!.startTimestamp).toBeGreaterThanOrEqual(first!.startTimestamp);
});

it('keeps bigints of a configuration as integers', async () => {
  using recording = await opened({ configuration: { seed: 5n, big: 2n ** 60n }, metadata: { tick: 7n } });
  const { rows } = await recording.query("SELECT configuration, metadata FROM runs WHERE run_id = 'b'");
  expect(rows).toEqual([['{"seed":5,"big":1152921504606846976}', '{"tick":7}']]);
});

it('lists the tables with their rows, columns, units and descriptions', async () => {
  using recording = await opened();
  const tables = Object.fromEntries(recording.tables().map((table) => [table.name, table]));
  expect(Object.keys(tables).sort()).toEqual(['body', 'episodes', 'simulation_frame', 'steps']);
  expect(tables.body).toEqual({
    name: 'body',
    description: 'Bodies',
    id: 'id',
    key: null,
    static: false,
    run: 'run_number',
    rows: 5,
    columns: [
      {
        name: 'frame_id',
        kind: 'ref',
        nullable: false,
        references: { table: 'simulation_frame', column: 'id' },
      },
      { name: 'x', kind: 'f64', nullable: false, unit: 'm', description: 'Place' },
      { name: 'label', kind: 'utf8', nullable: true },
    ],
  });
  expect(tables.episodes).toMatchObject({
    id: null,
    key: 'episode_id',
    static: true,
    run: 'run_id',
    rows: 3,
  });
  expect(recording.table('body').info).toEqual(tables.body);
});

it('says what it reads and how large it is', async () => {
  using recording = await opened();
  expect(recording.format).toBe('sqlite');
  expect(recording.bytes).toBe(statSync(recording.path).size);
});

describe('select', () => {
  it('reads these columns only, in this order, from columns and rows', async () => {
    using recording = await opened();
    const body = recording.table('body');
    const select = ['label', 'id'];
    expect(Object.keys(await body.columns({ select }))).toEqual(select);
    const [row] = await Array.fromAsync(body.rows({ select }));
    expect(Object.entries(row!)).toEqual([
      ['label', 'a0'],
      ['id', 1],
    ]);
  });

  it('reads no columns where none is selected', async () => {
    using recording = await opened();
    expect(await recording.table('body').columns({ select: [] })).toEqual({});
    expect(await Array.fromAsync(recording.table('body').rows({ select: [] }))).toEqual([{}, {}, {}, {}, {}]);
  });

  it.each(['colour', 'X', '', 'x"; DROP TABLE body; --', 'rowid'])(
    'refuses %j, which there is not',
    async (name) => {
      using recording = await opened();
      for (const read of ['columns', 'rows'] as const) {
        const error = await rejection(
          'NotFound',
          all(recording.table('body')[read]({ select: ['x', name] })),
        );
        expect(error.fields).toEqual({ name });
        expect(error.message).toMatch(/it has id, frame_id, x, label/);
      }
    },
  );
});

/** Reads columns, or rows to their end. */
async function all(read: Promise<unknown> | AsyncIterable<unknown>): Promise<unknown> {
  return Symbol.asyncIterator in read ? Array.fromAsync(read) : read;
}

describe('run', () => {
  it.each([
    ['a', [1, 2, 3], 1, 1],
    ['b', [4, 5], 2, 2],
  ] as const)('reads the rows of run %s only', async (run, ids, steps, episodes) => {
    using recording = await opened();
    const body = recording.table('body');
    expect(difference((await body.columns({ run })).id!, ids)).toBeNull();
    expect((await Array.fromAsync(body.rows({ run }))).map((row) => row.id)).toEqual(ids);
    expect(await Array.fromAsync(recording.table('steps').rows({ run }))).toHaveLength(steps);
    expect(await Array.fromAsync(recording.table('episodes').rows({ run }))).toHaveLength(episodes);
    expect((await recording.table('steps').columns({ run })).reward!.values).toHaveLength(steps);
  });

  it('refuses a run that there is not, and says which there are', async () => {
    using recording = await opened();
    for (const name of ['body', 'steps']) {
      const error = await rejection('NotFound', recording.table(name).columns({ run: 'c' }));
      expect(error.message).toMatch(/no run c; there are a, b/);
      expect(error.fields).toEqual({ name: 'c' });
    }
  });
});

describe('limit', () => {
  it.each([
    [0, []],
    [1, [1]],
    [4, [1, 2, 3, 4]],
    [5, [1, 2, 3, 4, 5]],
    [99, [1, 2, 3, 4, 5]],
    [Number.POSITIVE_INFINITY, [1, 2, 3, 4, 5]],
  ])('reads at most the first %d rows', async (limit, ids) => {
    using recording = await opened();
    expect(difference((await recording.table('body').columns({ limit })).id!, ids)).toBeNull();
    expect((await Array.fromAsync(recording.table('body').rows({ limit }))).map((row) => row.id)).toEqual(
      ids,
    );
  });

  it('counts the rows of the run', async () => {
    using recording = await opened();
    expect(difference((await recording.table('body').columns({ limit: 1, run: 'b' })).id!, [4])).toBeNull();
  });

  it.each([-1, 1.5, Number.NaN])('refuses %d rows', async (limit) => {
    using recording = await opened();
    for (const read of ['columns', 'rows'] as const) {
      await rejection('InvalidConfig', all(recording.table('body')[read]({ limit })));
    }
  });
});

it('refuses a table that there is not, and says which there are', async () => {
  using recording = await opened();
  for (const name of ['bodies', 'Body', 'runs', 'simtape_columns', '']) {
    const error = refusal('NotFound', () => recording.table(name));
    expect(error.message).toMatch(/there are: simulation_frame, body, episodes, steps/);
    expect(error.fields).toEqual({ name });
  }
});

it('reads rows one after another, and any other table in between', async () => {
  using recording = await opened();
  const ids: unknown[] = [];
  for await (const row of recording.table('body').rows()) {
    const [frame] = (await Array.fromAsync(recording.table('simulation_frame').rows())).filter(
      ({ id }) => id === row.frame_id,
    );
    ids.push([row.id, frame!.simulation_time]);
    if (ids.length === 4) break;
  }
  expect(ids).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 10],
  ]);
});

it('gives JSON as text in columns and parsed in rows', async () => {
  const path = freshPath();
  const Note = defineTable('note', { data: json(), maybe: json({ nullable: true }) });
  await record(path, (recorder) => {
    recorder.table(Note).append({ data: { a: [1] }, maybe: null });
    recorder.table(Note).append({ data: null, maybe: 'text' });
  });
  using recording = await openRecording(path);
  const { data, maybe } = await recording.table('note').columns();
  expect(difference(data!, ['{"a":[1]}', 'null'])).toBeNull();
  expect(difference(maybe!, [null, '"text"'])).toBeNull();
  expect(await Array.fromAsync(recording.table('note').rows({ select: ['data', 'maybe'] }))).toEqual([
    { data: { a: [1] }, maybe: null },
    { data: null, maybe: 'text' },
  ]);
});

it('reads a recording while it goes on, as far as it is written', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, runId: 'live' });
  recorder.recordStep({ reward: -0 }, 0, 1);
  await recorder.flush();
  using recording = await openRecording(path);
  expect(recording.runs()).toMatchObject([
    { runId: 'live', state: 'recording', endTimestamp: null, steps: 1 },
  ]);
  expect(difference((await recording.table('steps').columns()).reward!, [-0])).toBeNull();
  recorder.recordStep({ reward: 2 }, 1, 1);
  await recorder.flush();
  expect(difference((await recording.table('steps').columns()).reward!, [-0, 2])).toBeNull();
  await recorder.close();
  expect(recording.runs()).toMatchObject([{ state: 'ended', steps: 2 }]);
});

it('reads the exact values of rows that are written while it begins to read', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, thread: false });
  const append = () => recorder.table(Body).append({ frame_id: recorder.recordFrame(0), x: -0 });
  append();
  await recorder.flush();
  using recording = await openRecording(path);
  const table = recording.table('body');
  // Another row is committed before each statement that the reader prepares.
  const prepare = DatabaseSync.prototype.prepare;
  const spy = vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (
    this: DatabaseSync,
    sql,
  ) {
    spy.mockImplementation(prepare);
    append();
    recorder.flushSync();
    spy.mockImplementation(between);
    return prepare.call(this, sql);
  });
  const between = spy.getMockImplementation()!;
  const { x } = await table.columns();
  vi.restoreAllMocks();
  expect(x!.values.length).toBeGreaterThan(0);
  expect(difference(x!, Array(x!.values.length).fill(-0))).toBeNull();
  await recorder.close();
});

it('closes when its block ends, and may be closed twice', async () => {
  let kept: Reader;
  {
    using recording = await opened();
    kept = recording;
  }
  kept.close();
  refusal('ReaderClosed', () => kept.tables());
});
