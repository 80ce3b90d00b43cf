import { expect, it } from 'vitest';
import {
  createRecorder,
  defineTable,
  f64,
  i64,
  isSimtapeError,
  type RecorderConfig,
  ref,
  type SimtapeError,
  SimulationFrame,
  utf8,
} from '../../../src/index.ts';
import { openRecording } from '../../../src/read/index.ts';
import { connect, faults, freshPath, rejection, select } from '../scratch.ts';

const Body = defineTable('body', { name: utf8() });
const Part = defineTable('part', {
  body_id: ref(Body),
  index: i64(),
  x: f64(),
  load: f64({ nullable: true }),
});
const Screw = defineTable('screw', { part_id: ref(Part), index: i64() });

const ROWS = 120;
/** Rows that refer to a body that there never was: alone, in neighbouring statements, two in a row, the last. */
const BAD = new Set([7, 48, 60, 61, ROWS - 1]);

interface Recorded {
  readonly path: string;
  readonly events: SimtapeError<'RowsRejected'>[];
  readonly first: SimtapeError<'RowsRejected'>;
  readonly part: Readonly<Record<string, number>>;
}

async function recordWithBadRows(config: RecorderConfig): Promise<Recorded> {
  const path = freshPath();
  const recorder = await createRecorder({ path, ...config });
  const events: SimtapeError<'RowsRejected'>[] = [];
  recorder.on('error', (error) => {
    if (isSimtapeError(error, 'RowsRejected')) events.push(error);
    else throw error;
  });
  const body = recorder.table(Body).append({ name: 'box' });
  const parts = recorder.table(Part);
  for (let index = 0; index < ROWS; index++) {
    // Values that SQLite cannot hold, in refused rows and in those beside them.
    const x = index % 2 === 0 ? -0 : index;
    const load = index % 3 === 0 ? Number.NaN : null;
    parts.append({ body_id: BAD.has(index) ? 999 : body, index, x, load });
  }
  const first = await rejection('RowsRejected', recorder.flush());
  await recorder.flush();
  const part = { ...recorder.metrics().tables.part! };
  await recorder.close();
  return { path, events, first, part };
}

it.each([
  ['on the writer’s thread', {}],
  ['on the caller’s thread', { thread: false }],
  ['a row a statement', { thread: false, sqlite: { batchSize: 1 } }],
])('rejects only the rows that refer to what never was: %s', async (_, config) => {
  const { path, events, first, part } = await recordWithBadRows(config);
  const database = connect(path);
  const kept = select(database, 'SELECT "index" FROM part ORDER BY id').map((row) => row.index);
  expect(kept).toEqual(Array.from({ length: ROWS }, (_, index) => index).filter((index) => !BAD.has(index)));
  expect(faults(database)).toEqual([]);

  expect(part).toMatchObject({ submitted: ROWS, written: ROWS - BAD.size, rejected: BAD.size, failed: 0 });
  expect(first.fields.rejected).toBe(BAD.size);
  expect(events.reduce((sum, event) => sum + event.fields.rejected, 0)).toBe(BAD.size);
  const reported = events.flatMap((event) => event.fields.rows);
  expect(reported.map(({ row }) => row.index)).toEqual([...BAD].map(BigInt));
  expect(reported[0]).toEqual({
    table: 'part',
    reason: expect.stringMatching(/FOREIGN KEY/),
    row: { id: 8, body_id: 999, index: 7n, x: 7, load: null },
  });
});

it('keeps the exact values of the rows beside refused ones', async () => {
  const { path } = await recordWithBadRows({ thread: false });
  using recording = await openRecording(path);
  for await (const row of recording.table('part').rows()) {
    const index = Number(row.index);
    expect([index, row.x, row.load]).toEqual([
      index,
      index % 2 === 0 ? -0 : index,
      index % 3 === 0 ? Number.NaN : null,
    ]);
  }
  const exact = select(connect(path), 'SELECT row_ids FROM simtape_exact').flatMap(({ row_ids }) => {
    const bytes = (row_ids as Uint8Array).slice();
    return [...new BigInt64Array(bytes.buffer)];
  });
  for (const index of BAD) expect(exact).not.toContain(BigInt(index + 1));
});

it('rejects the rows that refer to a rejected one as well', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, thread: false });
  recorder.on('error', () => {});
  const body_id = recorder.table(Body).append({ name: 'box' });
  for (const [index, owner] of [body_id, 999, body_id].entries()) {
    const part_id = recorder.table(Part).append({ body_id: owner, index, x: 0 });
    recorder.table(Screw).append({ part_id, index });
  }
  const error = await rejection('RowsRejected', recorder.close());
  expect(error.fields.rejected).toBe(2);
  expect(error.fields.rows.map(({ table }) => table)).toEqual(['part', 'screw']);
  expect(select(connect(path), 'SELECT "index" FROM screw')).toEqual([{ index: 0 }, { index: 2 }]);
});

it('rejects a row of a frame without the rest of the frame', async () => {
  const path = freshPath();
  const Sample = defineTable('sample', { frame_id: ref(SimulationFrame), body_id: ref(Body) });
  const recorder = await createRecorder({ path, thread: false });
  recorder.on('error', () => {});
  const body_id = recorder.table(Body).append({ name: 'box' });
  recorder.recordFrame(0);
  for (const id of [body_id, 999, body_id]) recorder.table(Sample).append({ body_id: id });
  recorder.recordStep({ reward: 1 }, 0, 1);
  await rejection('RowsRejected', recorder.close());
  const found = select(
    connect(path),
    `SELECT (SELECT count(*) FROM simulation_frame) AS frames, (SELECT count(*) FROM sample) AS samples,
      (SELECT count(*) FROM steps) AS steps`,
  );
  expect(found).toEqual([{ frames: 1, samples: 2, steps: 1 }]);
});

it('counts all refused rows, and shows ten of them', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, thread: false });
  const events: SimtapeError[] = [];
  recorder.on('error', (error) => events.push(error as SimtapeError));
  for (let index = 0; index < 300; index++) recorder.table(Part).append({ body_id: 999, index, x: 0 });
  const error = await rejection('RowsRejected', recorder.close());
  expect(error.fields.rejected).toBe(300);
  expect(error.fields.rows).toHaveLength(10);
  expect(error.message).toMatch(/^300 rows were refused.*first of part: FOREIGN KEY/);
  expect(recorder.metrics().tables.part).toMatchObject({ written: 0, rejected: 300, pending: 0 });
  expect(select(connect(path), 'SELECT * FROM part')).toEqual([]);
});
