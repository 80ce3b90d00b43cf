import type { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import {
  createRecorder,
  defineTable,
  f64,
  type Recorder,
  ref,
  SimulationFrame,
  u32,
} from '../../../src/index.ts';
import { connect, faults, freshPath, one, select } from '../scratch.ts';

const Body = defineTable('body', { frame_id: ref(SimulationFrame), mass: f64() });
const Force = defineTable('force', { frame_id: ref(SimulationFrame), body_id: ref(Body), newton: f64() });

/** Belongs to no frame, so that it may be published while one is open. */
const Note = defineTable('note', { looks: u32() });

const bodiesOf = (frame: number): number => 3 + (frame % 5);

/** One frame: a number of bodies that its id gives, two forces on each, and a step. Calls `between` in its midst. */
function frame(recorder: Recorder, between: () => void): void {
  const id = recorder.recordFrame(0);
  const bodies = recorder.table(Body);
  const forces = recorder.table(Force);
  for (let i = 0; i < bodiesOf(id); i++) {
    const body_id = bodies.append({ mass: i });
    between();
    forces.append({ body_id, newton: 1 });
    forces.append({ body_id, newton: 2 });
  }
  recorder.recordStep({ reward: 1 }, id, 1);
}

const MISMATCH = `SELECT 'frame ' || id FROM simulation_frame AS frame
  WHERE (SELECT count(*) FROM body WHERE frame_id = frame.id) <> 3 + id % 5
  OR (SELECT count(*) FROM force WHERE frame_id = frame.id) <> 2 * (3 + id % 5)
  UNION ALL SELECT 'rows without frames' WHERE
  (SELECT count(*) FROM force) <> 2 * (SELECT count(*) FROM body)
  OR (SELECT count(*) FROM steps) <> (SELECT count(*) FROM simulation_frame)
  OR (SELECT coalesce(sum(3 + id % 5), 0) FROM simulation_frame) <> (SELECT count(*) FROM body)`;

/** What a reader sees at one moment: the number of frames, and what is wrong with them. */
function look(database: DatabaseSync): { frames: number; wrong: unknown[] } {
  database.exec('BEGIN');
  const frames = Number(one(database, 'SELECT count(*) FROM simulation_frame'));
  const wrong = [...select(database, MISMATCH), ...select(database, 'PRAGMA foreign_key_check')];
  database.exec('COMMIT');
  return { frames, wrong };
}

it('shows whole frames and no dangling key to a reader, whenever it looks', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, flushIntervalMs: 1 });
  frame(recorder, () => {});
  await recorder.flush();
  const reader = connect(path);
  const states = new Set<number>();
  const wrong: unknown[] = [];
  let looks = 0;
  const watch = (): void => {
    const seen = look(reader);
    looks++;
    states.add(seen.frames);
    wrong.push(...seen.wrong);
  };
  for (let round = 0; round < 60; round++) {
    frame(recorder, watch);
    for (let i = looks % 4; i > 0; i--) frame(recorder, () => {});
    recorder.endFrame();
    recorder.table(Note).append({ looks });
    frame(recorder, watch);
    // However slow the writer is, the reader sees the recording grow.
    await recorder.flush();
    watch();
  }
  expect(wrong).toEqual([]);
  expect(states.size).toBeGreaterThanOrEqual(60);
  expect(looks).toBeGreaterThan(300);
  await recorder.close();
  expect(faults(connect(path))).toEqual([]);
});

it('finds the mismatch of half a frame, were there one', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, thread: false });
  for (let i = 0; i < 3; i++) frame(recorder, () => {});
  await recorder.close();
  const database = connect(path, { readOnly: false });
  expect(look(database)).toEqual({ frames: 3, wrong: [] });
  database.exec('DELETE FROM force WHERE id = 1');
  expect(look(database).wrong).not.toEqual([]);
});

const Cell = defineTable('cell', { frame_id: ref(SimulationFrame), index: u32(), value: f64() });

it('shows nothing of a frame that is larger than the memory before it ends', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, memoryLimitMb: 1, maxWaitMs: 50_000 });
  const cells = recorder.table(Cell);
  recorder.recordFrame(0);
  cells.append({ index: 0, value: 0 });
  await recorder.flush();

  const reader = connect(path);
  const visible = () => [
    one(reader, 'SELECT count(*) FROM simulation_frame'),
    one(reader, 'SELECT count(*) FROM cell'),
  ];
  recorder.recordFrame(1);
  const rows = 150_000;
  for (let index = 0; index < rows; index++) {
    cells.append({ index, value: -index });
    if (index % 10_000 === 0) expect(visible()).toEqual([1, 1]);
  }
  // The buffers hold a fraction of it, so the writer has had most of these rows for long.
  expect(recorder.metrics().buffer.bytesAllocated).toBeLessThan(2 * 2 ** 20);
  await recorder.flush();
  expect(visible()).toEqual([2, rows + 1]);
  expect(one(reader, 'SELECT count(*) FROM cell WHERE frame_id = 2 AND value = -"index"')).toBe(rows);
  reader.close();
  await recorder.close();
  expect(faults(connect(path))).toEqual([]);
});

it('writes parents before children, so that no key is ever unknown', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path });
  // The child’s table is used first, and its parents come by way of it.
  const forces = recorder.table(Force);
  for (let i = 0; i < 1000; i++) {
    const frame_id = recorder.recordFrame(i);
    forces.append({ frame_id, body_id: recorder.table(Body).append({ mass: 1 }), newton: i });
  }
  await recorder.close();
  expect(recorder.metrics().tables.force).toMatchObject({ written: 1000, rejected: 0 });
  expect(faults(connect(path))).toEqual([]);
});
