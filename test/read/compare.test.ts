import { describe, expect, it } from 'vitest';
import {
  array,
  bytes,
  createRecorder,
  defineTable,
  f64,
  i64,
  json,
  type Recorder,
  type RecorderConfig,
  ref,
  SimulationFrame,
  utf8,
} from '../../src/index.ts';
import {
  type CompareOptions,
  type Comparison,
  compareRecordings,
  openRecording,
} from '../../src/read/index.ts';
import { freshPath, record, rejection } from '../backends/scratch.ts';
import { type BACKENDS, placeOf } from './backends.ts';
import { CONFIG, simulate } from './matrix/simulate.ts';

const Body = defineTable('body', { name: utf8() }, { static: true });
const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  body_id: ref(Body),
  x: f64({ nullable: true }),
  wide: i64(),
  data: json(),
  raw: bytes(),
  weights: array('f64', 2),
});

/** What one row of a simulation holds, and what may be different about it. */
interface Variation {
  readonly frames?: number;
  readonly x?: (frame: number) => number | null;
  readonly wide?: bigint;
  readonly data?: unknown;
  readonly raw?: number;
  readonly weight?: number;
  readonly body?: string;
  readonly extra?: (recorder: Recorder) => void;
}

function run({
  frames = 10,
  x = Number,
  wide = 2n ** 60n,
  data = { a: 1 },
  raw = 1,
  weight = 0.5,
  body = 'ball',
  extra,
}: Variation = {}) {
  return (recorder: Recorder) => {
    const body_id = recorder.table(Body).append({ name: body });
    for (let frame = 0; frame < frames; frame++) {
      recorder.recordFrame(frame / 10);
      recorder.table(State).append({
        body_id,
        x: x(frame),
        wide: wide + BigInt(frame),
        data,
        raw: Uint8Array.of(raw),
        weights: [frame, weight],
      });
    }
    recorder.endFrame();
    extra?.(recorder);
  };
}

async function recorded(variation: Variation = {}, config: RecorderConfig = {}): Promise<string> {
  const path = freshPath();
  await record(path, run(variation), config);
  return path;
}

async function compared(a: Variation, b: Variation, options?: CompareOptions): Promise<Comparison> {
  return compareRecordings(await recorded(a), await recorded(b), options);
}

async function made(backend: (typeof BACKENDS)[number]): Promise<string> {
  const path = placeOf(backend).freshPath();
  const recorder = await createRecorder({ ...CONFIG, backend, path, thread: false });
  await simulate(recorder);
  await recorder.close();
  return path;
}

describe('the same simulation', () => {
  it.each([
    ['sqlite', 'parquet'],
    ['parquet', 'hdf5'],
    ['hdf5', 'sqlite'],
  ] as const)('is equal in %s and in %s, in batches of any size', async (a, b) => {
    const comparison = await compareRecordings(await made(a), await made(b), { batchRows: 37 });
    expect(comparison.first).toBeNull();
    expect(comparison.structure).toEqual([]);
    expect(comparison.equal).toBe(true);
    const state = comparison.tables.find(({ table }) => table === 'state')!;
    expect(state).toMatchObject({ rows: [800, 800], compared: 800 });
    expect(state.columns.map(({ column }) => column)).toContain('weights');
    expect(state.columns.find(({ column }) => column === 'position_y')).toEqual({
      column: 'position_y',
      different: 0,
      firstRow: null,
      maxAbsolute: 0,
      maxRelative: 0,
    });
  });

  it('is equal in two runs of one file, whose ids go on', async () => {
    const path = freshPath();
    for (const runId of ['one', 'two']) await record(path, run(), { runId });
    using reader = await openRecording(path);
    const comparison = await compareRecordings(reader, reader, { run: ['one', 'two'] });
    expect(comparison.first).toBeNull();
    expect(comparison.equal).toBe(true);
    expect(comparison.tables.map(({ rows }) => rows)).toContainEqual([10, 10]);
    expect(reader.runs()).toHaveLength(2);
  });

  it('differs in its wall clocks, where those are asked for', async () => {
    const times = (at: number) => (recorder: Recorder) => recorder.recordStep({ timestamp: at }, 0, 1);
    const [a, b] = [{ extra: times(1) }, { extra: times(2) }];
    expect((await compared(a, b)).equal).toBe(true);
    const { tables, first } = await compared(a, b, { wallClock: true, tables: ['steps'] });
    expect(first).toMatchObject({
      table: 'steps',
      column: 'timestamp',
      a: 1,
      b: 2,
      place: { episode: 1, step: 0 },
    });
    expect(tables.map(({ table }) => table)).toEqual(['steps']);
  });
});

describe('runs that differ', () => {
  it('names the first value that differs, and where it stands', async () => {
    const { equal, first, tables } = await compared(
      {},
      { x: (frame) => (frame < 7 ? frame : frame + 0.5) },
      { batchRows: 3 },
    );
    expect(equal).toBe(false);
    expect(first).toEqual({
      table: 'state',
      row: 7,
      column: 'x',
      a: 7,
      b: 7.5,
      place: { frame: 7, time: 0.7 },
    });
    const { columns } = tables.find(({ table }) => table === 'state')!;
    expect(columns.find(({ column }) => column === 'x')).toEqual({
      column: 'x',
      different: 3,
      firstRow: 7,
      maxAbsolute: 0.5,
      maxRelative: 0.5 / 7.5,
    });
    expect(columns.filter(({ different }) => different > 0)).toHaveLength(1);
  });

  it.each([
    ['a text of a static table', { body: 'cube' }, { table: 'body', column: 'name', row: 0, place: {} }],
    ['a 64-bit integer, to its last digit', { wide: 2n ** 60n + 1n }, { column: 'wide', a: 2n ** 60n }],
    ['JSON', { data: { a: 2 } }, { column: 'data', a: '{"a":1}', b: '{"a":2}' }],
    ['bytes', { raw: 2 }, { column: 'raw' }],
    ['an element of an array', { weight: 0.25 }, { column: 'weights', row: 0 }],
    [
      'a null',
      { x: (frame: number) => (frame === 4 ? null : frame) },
      { column: 'x', row: 4, a: 4, b: null },
    ],
    [
      'a NaN',
      { x: (frame: number) => (frame === 4 ? Number.NaN : frame) },
      { column: 'x', row: 4, b: Number.NaN },
    ],
    ['an infinity', { x: (frame: number) => (frame ? frame : Number.POSITIVE_INFINITY) }, { row: 0, a: 0 }],
  ])('finds %s', async (_, variation, wanted) => {
    const { equal, first } = await compared({}, variation as Variation, { batchRows: 4 });
    expect(equal).toBe(false);
    expect(first).toMatchObject(wanted);
  });

  it('says which rows only one of them has', async () => {
    const { first, tables } = await compared(
      { frames: 10 },
      { frames: 12 },
      { tables: ['state'], batchRows: 5 },
    );
    expect(first).toMatchObject({ table: 'state', row: 10, column: null, place: { frame: 10, time: 1 } });
    expect(tables[0]).toMatchObject({ rows: [10, 12], compared: 10 });
    const other = await compared({ frames: 12 }, { frames: 10 }, { tables: ['state'], batchRows: 5 });
    expect(other.first).toMatchObject({ row: 10, column: null });
    expect(other.tables[0]).toMatchObject({ rows: [12, 10] });
  });

  it('says which tables and columns are missing or of another kind', async () => {
    const More = defineTable('more', { v: f64() });
    const gust = (value: unknown) => (recorder: Recorder) => recorder.recordStep({ gust: value }, 0, 1);
    const a = {
      extra: (recorder: Recorder) => {
        recorder.table(More).append({ v: 1 });
        gust(1)(recorder);
      },
    };
    const { structure, equal, first } = await compared(a, { extra: gust('strong') });
    expect(first).toBeNull();
    expect(equal).toBe(false);
    expect(structure).toEqual([
      { table: 'more', column: null, problem: 'missing in b' },
      { table: 'steps', column: 'gust', problem: 'another kind', kinds: ['f64', 'utf8'] },
    ]);
    const late = await compared({ extra: gust(1) }, { extra: (recorder) => recorder.recordStep({}, 0, 1) });
    expect(late.structure).toEqual([{ table: 'steps', column: 'gust', problem: 'missing in b' }]);
  });

  it('names what changed before its consequences', async () => {
    const steps = (reward: number) => (recorder: Recorder) => {
      recorder.startEpisode(1);
      recorder.recordStep({ reward }, 0);
      recorder.endEpisode({ total_reward: reward });
    };
    const { first, tables } = await compared(
      { extra: steps(1) },
      { extra: steps(2), x: (frame) => frame + Number(frame > 3) },
    );
    expect(tables.filter((table) => table.first !== null).map(({ table }) => table)).toHaveLength(3);
    expect(first).toMatchObject({ table: 'state', row: 4 });
  });
});

describe('tolerances', () => {
  const off = { x: (frame: number) => frame * (1 + 1e-6) };

  it('are absolute, relative or of one column', async () => {
    const isEqual = async (options: CompareOptions) => (await compared({}, off, options)).equal;
    expect(await isEqual({})).toBe(false);
    expect(await isEqual({ tolerance: 8e-6 })).toBe(false);
    expect(await isEqual({ tolerance: 1e-5 })).toBe(true);
    expect(await isEqual({ tolerance: { relative: 1.1e-6 } })).toBe(true);
    expect(await isEqual({ tolerance: { relative: 0.9e-6, absolute: 1e-9 } })).toBe(false);
    expect(await isEqual({ tolerances: { 'state.x': 1e-5 } })).toBe(true);
    expect(await isEqual({ tolerances: { wide: 1e-5 } })).toBe(false);
    expect(await isEqual({ tolerance: 1e-5, tolerances: { x: 0 } })).toBe(false);
    expect(await isEqual({ ignore: ['state.x'] })).toBe(true);
  });

  it('tell the largest difference, tolerated or not', async () => {
    const { tables } = await compared({}, off, { tolerance: 1e-5, tables: ['state'] });
    const x = tables[0]!.columns.find(({ column }) => column === 'x')!;
    expect(x).toMatchObject({ different: 0, firstRow: null });
    expect(x.maxAbsolute).toBeCloseTo(9e-6, 12);
  });

  it('hold for numbers in JSON and arrays, and for 64-bit integers', async () => {
    const [a, b] = [
      { data: { v: [1, { w: 2 }], s: 'a' }, weight: 0.5, wide: 5n },
      { data: { s: 'a', v: [1, { w: 2.001 }] }, weight: 0.501, wide: 6n },
    ];
    expect((await compared(a, b, { tolerance: 0.01, tolerances: { wide: 1 } })).equal).toBe(true);
    expect((await compared(a, b, { tolerance: 0.01 })).first).toMatchObject({ column: 'wide' });
    expect((await compared(a, { ...b, data: { ...b.data, s: 'b' } }, { tolerance: 1 })).first?.column).toBe(
      'data',
    );
    expect((await compared({ data: { v: [1] } }, { data: { v: [1, 2] } }, { tolerance: 9 })).equal).toBe(
      false,
    );
    expect((await compared({ data: { v: null } }, { data: {} }, { tolerance: 9 })).equal).toBe(false);
  });

  it('leave integers of JSON exact', async () => {
    const [a, b] = [{ data: { big: 2n ** 70n } }, { data: { big: 2n ** 70n + 1n } }];
    expect((await compared(a, b)).first).toMatchObject({ column: 'data' });
  });

  it('take -0 for 0 unless signs of zero are asked for', async () => {
    const minus = { x: (frame: number) => (frame === 0 ? -0 : frame) };
    expect((await compared({}, minus)).equal).toBe(true);
    const { first } = await compared({}, minus, { signedZero: true, tolerance: 1 });
    expect(first).toMatchObject({ column: 'x', row: 0, b: -0 });
  });
});

it('refuses names that mean nothing, and asks which run', async () => {
  const path = await recorded();
  const refused = (options: CompareOptions) => compareRecordings(path, path, options);
  await rejection('NotFound', refused({ ignore: ['y'] }));
  await rejection('NotFound', refused({ tolerances: { 'body.x': 1 } }));
  await rejection('NotFound', refused({ tables: ['bodies'] }));
  await rejection('NotFound', refused({ run: 'other' }));
  await rejection('InvalidConfig', refused({ tolerance: -1 }));
  await rejection('InvalidConfig', refused({ tolerance: { relative: Number.NaN } }));
  await rejection('InvalidConfig', refused({ batchRows: 0 }));
  await record(path, run());
  const { message } = await rejection('InvalidConfig', refused({}));
  expect(message).toContain('holds 2 runs');
});

it('says how far it is', async () => {
  const seen: { rows: number; totalRows: number }[] = [];
  await compared({}, {}, { batchRows: 4, tables: ['state'], onProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([8, 16, 20].map((rows) => ({ rows, totalRows: 20 })));
});
