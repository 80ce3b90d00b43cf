import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { createRecorder, DataRecorder, defineTable, f64, ref, SimulationFrame } from '../../../src/index.ts';
import { WorldModel } from '../../../worlds/rigid/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'simtape-frames-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64() });

function pragma(path: string, what: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(`PRAGMA ${what}`)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

test('the table of frames has an id, a simulated time and a time of the wall clock', () => {
  const path = join(folder, 'schema.db');
  new DataRecorder({ databasePath: path })[Symbol.dispose]();
  const columns = pragma(path, "table_xinfo('simulation_frame')");
  expect(columns.map(({ name, type, notnull, pk }) => [name, type, notnull, pk])).toEqual([
    ['id', 'INTEGER', 0, 1],
    ['simulation_time', 'REAL', 0, 0],
    ['wall_clock_time', 'REAL', 0, 0],
    ['run_number', 'INTEGER', 1, 0],
  ]);
});

test('states of bodies are declared to refer to a frame and to a body', async () => {
  const path = join(folder, 'rigid.db');
  using world = await WorldModel.create({ bodies: 2 });
  world.enableRecording(path);
  world.update(1 / 60);
  world.disableRecording();
  const keys = pragma(path, "foreign_key_list('inertial_state')");
  expect(keys.map((key) => [key.from, key.table, key.to]).sort()).toEqual([
    ['body_id', 'body', 'id'],
    ['frame_id', 'simulation_frame', 'id'],
  ]);
});

test('a row that refers to a frame that is not there is refused, and it alone', async () => {
  const path = join(folder, 'dangling.db');
  const recorder = await createRecorder({ path });
  recorder.on('error', () => {});
  const frame = recorder.recordFrame(1);
  recorder.table(State).append({ frame_id: frame, x: 1 });
  recorder.table(State).append({ frame_id: 4711, x: 2 });
  recorder.table(State).append({ frame_id: frame, x: 3 });
  await expect(recorder.flush()).rejects.toMatchObject({ tag: 'RowsRejected', fields: { rejected: 1 } });
  await recorder.close();
  const database = new DatabaseSync(path, { readOnly: true });
  expect(
    database
      .prepare('SELECT x FROM state ORDER BY x')
      .all()
      .map(({ x }) => x),
  ).toEqual([1, 3]);
  database.close();
});
