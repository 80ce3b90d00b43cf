import { beforeAll, expect, it } from 'vitest';
import { defineTable, f64, ref, SimulationFrame } from '../../../src/index.ts';
import { connect, freshPath, record, select } from '../scratch.ts';

const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64() });

/** The steps of a query's plan; `SEARCH` finds its rows by an index or key, `SCAN` looks at all. */
async function planOf(sql: string, build = recordAll): Promise<string> {
  const path = freshPath();
  await build(path);
  const plan = select(connect(path), `EXPLAIN QUERY PLAN ${sql}`).map((row) => row.detail);
  return plan.join('; ');
}

async function recordAll(path: string): Promise<void> {
  await record(path, (recorder) => {
    recorder.recordFrame(0);
    recorder.table(State).append({ x: 1 });
    recorder.recordStep({ reward: 1 }, 0, 1);
    recorder.recordEpisode({ success: true }, 1);
  });
}

let unindexed: string;
beforeAll(async () => {
  unindexed = await import('node:sqlite').then(({ DatabaseSync }) => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE state (frame_id)');
    const plan = database.prepare('EXPLAIN QUERY PLAN SELECT * FROM state WHERE frame_id = 1').get()!;
    return String(plan.detail);
  });
});

it.each([
  ['rows of frame F', 'SELECT * FROM state WHERE frame_id = 7'],
  ['frames between t0 and t1', 'SELECT * FROM simulation_frame WHERE simulation_time BETWEEN 1 AND 2'],
  [
    'rows of frames between t0 and t1',
    `SELECT state.* FROM simulation_frame
      JOIN state ON frame_id = simulation_frame.id WHERE simulation_time BETWEEN 1 AND 2`,
  ],
  ['steps of episode E of run R', "SELECT * FROM steps WHERE episode_id = 1 AND run_id = 'r'"],
  ['step S of it', "SELECT * FROM steps WHERE episode_id = 1 AND run_id = 'r' AND step_number = 3"],
  ['episode E of run R', "SELECT * FROM episodes WHERE episode_id = 1 AND run_id = 'r'"],
  ['a row by its id', 'SELECT * FROM state WHERE id = 7'],
])('finds %s by an index', async (_, sql) => {
  expect(unindexed).toMatch(/^SCAN/);
  const plan = await planOf(sql);
  expect(plan).toMatch(/^SEARCH/);
  expect(plan).not.toMatch(/SCAN|TEMP|AUTOMATIC/);
});

it('walks the steps of an episode in their order without sorting', async () => {
  const sql = "SELECT * FROM steps WHERE episode_id = 1 AND run_id = 'r' ORDER BY step_number";
  expect(await planOf(sql)).toMatch(/^SEARCH(?!.*TEMP B-TREE)/);
});

it('finds rows of a frame by an index too where a later run brought the reference', async () => {
  const plan = await planOf('SELECT * FROM late WHERE frame_id = 7', async (path) => {
    await record(path, (recorder) => recorder.table(defineTable('late', { x: f64() })).append({ x: 1 }));
    const Late = defineTable('late', { x: f64(), frame_id: ref(SimulationFrame, { nullable: true }) });
    await record(path, (recorder) => recorder.table(Late).append({ x: 2 }));
  });
  expect(plan).toMatch(/^SEARCH/);
});
