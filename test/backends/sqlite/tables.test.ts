import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import {
  array,
  type Column,
  createRecorder,
  defineTable,
  enumOf,
  f64,
  i32,
  json,
  type Recorder,
  ref,
  SimulationFrame,
  type TableSchema,
  utf8,
  vec3,
} from '../../../src/index.ts';
import { EPISODES, STEPS } from '../../../src/schema/standard.ts';
import { refusal } from '../../support/errors.ts';
import { connect, freshPath, one, record, type SqlRow, select } from '../scratch.ts';
import { openBackend } from './open-backend.ts';

/** The tables as the documentation of the SQLite recorder has them. */
const DOCUMENTED = `
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    start_timestamp REAL NOT NULL,
    end_timestamp REAL,
    configuration TEXT,
    metadata TEXT
);
CREATE TABLE episodes (
    episode_id INTEGER,
    run_id TEXT,
    start_timestamp REAL NOT NULL,
    end_timestamp REAL,
    total_steps INTEGER,
    total_reward REAL,
    success BOOLEAN,
    termination_reason TEXT,
    metadata TEXT,
    PRIMARY KEY (episode_id, run_id),
    FOREIGN KEY (run_id) REFERENCES runs(run_id)
);
CREATE TABLE steps (
    step_id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id INTEGER,
    run_id TEXT,
    step_number INTEGER,
    timestamp REAL,
    agent_id INTEGER,
    position_x REAL,
    position_y REAL,
    orientation REAL,
    action_data TEXT,
    observation_data TEXT,
    reward REAL,
    FOREIGN KEY (episode_id, run_id) REFERENCES episodes(episode_id, run_id)
);`;
const TABLES = ['runs', 'episodes', 'steps'];

function documented(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(DOCUMENTED);
  return database;
}

async function stepsAndEpisodes(): Promise<DatabaseSync> {
  const path = freshPath();
  await record(path, (recorder) => {
    recorder.recordStep({ position: [1, 2], velocity: [3, 4], tick: 7n }, 0, 1);
    recorder.recordEpisode({ success: true, distance_traveled: 2 }, 1);
  });
  return connect(path);
}

const columnsOf = (database: DatabaseSync, table: string): SqlRow[] =>
  select(database, `PRAGMA table_xinfo(${table})`);
const keysOf = (database: DatabaseSync, table: string): SqlRow[] =>
  select(database, `PRAGMA foreign_key_list(${table})`);

it.each(TABLES)('has the documented columns of %s first, with their types and keys', async (table) => {
  const identity = ({ cid, name, type, pk }: SqlRow) => ({ cid, name, type, pk });
  const wanted = columnsOf(documented(), table).map(identity);
  const found = columnsOf(await stepsAndEpisodes(), table).map(identity);
  expect(found.slice(0, wanted.length)).toEqual(wanted);
});

it.each(TABLES)('has the documented foreign keys of %s', async (table) => {
  expect(keysOf(await stepsAndEpisodes(), table)).toEqual(keysOf(documented(), table));
});

it.each(TABLES)('requires in %s what the documented schema requires', async (table) => {
  const required = (database: DatabaseSync) =>
    columnsOf(database, table)
      .filter(({ notnull }) => notnull === 1)
      .map(({ name }) => name);
  const found = required(await stepsAndEpisodes());
  expect(found).toEqual(expect.arrayContaining(required(documented())));
});

it('never gives out a step id again, as AUTOINCREMENT promises', async () => {
  const path = freshPath();
  await record(path, (recorder) => recorder.recordStep({ reward: 1 }, 0, 1));
  const database = connect(path, { readOnly: false });
  database.exec(
    'DELETE FROM steps; INSERT INTO steps (episode_id, run_id, step_number) SELECT 1, run_id, 1 FROM runs',
  );
  expect(one(database, 'SELECT step_id FROM steps')).toBe(2);
});

it('puts further fields of steps and episodes behind the documented ones', async () => {
  const database = await stepsAndEpisodes();
  const further = (table: string) =>
    columnsOf(database, table)
      .slice(columnsOf(documented(), table).length)
      .map(({ name, type }) => `${name} ${type}`);
  expect(further('steps')).toEqual(['velocity_x REAL', 'velocity_y REAL', 'tick INTEGER']);
  expect(further('episodes')).toEqual(['distance_traveled REAL']);
});

const Body = defineTable('body', { name: utf8() }, { description: 'Rigid bodies', static: true });
const Contact = defineTable('contact', {
  frame_id: ref(SimulationFrame),
  body_a: ref(Body),
  body_b: ref(Body, { nullable: true }),
  point: vec3({ unit: 'm', description: 'Where they touch' }),
  side: enumOf(['inside', 'outside']),
  forces: array('f32', 12, { unit: 'N' }),
  elapsed: f64({ unit: 's', clock: 'simulation' }),
  notes: json({ nullable: true }),
});

function contact(recorder: Recorder): void {
  recorder.recordFrame(0);
  const body = recorder.table(Body).append({ name: 'box' });
  recorder
    .table(Contact)
    .append({ body_a: body, point: [1, 2, 3], side: 'inside', forces: new Float32Array(12), elapsed: 0 });
}

it('declares the references of tables of one’s own as foreign keys', async () => {
  const path = freshPath();
  await record(path, contact);
  const found = keysOf(connect(path), 'contact').map(({ table, from, to }) => `${from} -> ${table}.${to}`);
  expect(found.sort()).toEqual(['body_a -> body.id', 'body_b -> body.id', 'frame_id -> simulation_frame.id']);
});

it('keeps kinds, units, descriptions, clocks, labels and vectors in the catalogue', async () => {
  const path = freshPath();
  await record(path, contact);
  const database = connect(path);
  const columns = select(
    database,
    "SELECT * FROM simtape_columns WHERE table_name = 'contact' ORDER BY position",
  ).map(({ column_name, kind, nullable, unit, description, clock, details }) => ({
    column_name,
    kind,
    nullable,
    ...Object.fromEntries(Object.entries({ unit, description, clock }).filter(([, value]) => value !== null)),
    ...JSON.parse(String(details ?? '{}')),
  }));
  const point = { kind: 'f64', nullable: 0, unit: 'm', description: 'Where they touch' };
  const body = { kind: 'ref', references: { table: 'body', column: 'id' } };
  expect(columns).toEqual([
    {
      column_name: 'frame_id',
      kind: 'ref',
      nullable: 0,
      references: { table: 'simulation_frame', column: 'id' },
    },
    { column_name: 'body_a', nullable: 0, ...body },
    { column_name: 'body_b', nullable: 1, ...body },
    { column_name: 'point_x', ...point, vector: { name: 'point', part: 0 } },
    { column_name: 'point_y', ...point, vector: { name: 'point', part: 1 } },
    { column_name: 'point_z', ...point, vector: { name: 'point', part: 2 } },
    { column_name: 'side', kind: 'enum', nullable: 0, labels: ['inside', 'outside'] },
    { column_name: 'forces', kind: 'array', nullable: 0, unit: 'N', element: 'f32', length: 12 },
    { column_name: 'elapsed', kind: 'f64', nullable: 0, unit: 's', clock: 'simulation' },
    { column_name: 'notes', kind: 'json', nullable: 1 },
  ]);
  const clocks = "SELECT column_name, clock, unit FROM simtape_columns WHERE table_name = 'simulation_frame'";
  expect(select(database, clocks)).toEqual([
    { column_name: 'simulation_time', clock: 'simulation', unit: 's' },
    { column_name: 'wall_clock_time', clock: 'wall', unit: 's' },
  ]);
  expect(select(database, "SELECT * FROM simtape_tables WHERE table_name = 'body'")).toMatchObject([
    { id_column: 'id', is_static: 1, description: 'Rigid bodies' },
  ]);
});

it('marks the file as a recording of format 1', async () => {
  const database = await stepsAndEpisodes();
  expect(one(database, 'PRAGMA application_id')).toBe(Buffer.from('simt').readInt32BE());
  expect(one(database, 'PRAGMA user_version')).toBe(1);
});

const wide = (columns: number): TableSchema =>
  defineTable(
    `wide_${columns}`,
    Object.fromEntries(Array.from({ length: columns }, (_, i): [string, Column] => [`c${i}`, i32()])),
  );

it('takes 2,000 columns, its own two among them, and refuses one more', async () => {
  const path = freshPath();
  await record(path, (recorder) => {
    const error = refusal('TooMany', () => recorder.table(wide(1999)));
    expect(error.message).toMatch(/wide_1999.*2001 columns.*2000/);
    expect(error.fields).toEqual({ what: 'columns', limit: 2000 });
    const schema = wide(1998);
    const row = Object.fromEntries(Object.keys(schema.columns).map((name, i) => [name, i]));
    expect(recorder.table(schema).append(row as never)).toBe(1);
  });
  const database = connect(path);
  expect(columnsOf(database, 'wide_1998')).toHaveLength(2000);
  expect(one(database, 'SELECT c1997 FROM wide_1998')).toBe(1997);
  expect(columnsOf(database, 'wide_1999')).toEqual([]);
});

it('refuses the step whose fields would make the table of an earlier run too wide, and records on', async () => {
  const path = freshPath();
  const columns = [...STEPS.columns];
  while (columns.length < 1990) columns.push({ name: `f${columns.length}`, kind: 'f64', nullable: true });
  const earlier = openBackend(path, 'earlier');
  earlier.createTable(EPISODES);
  earlier.createTable({ ...STEPS, columns });
  await record(path, (recorder) => {
    const fields = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`more${i}`, i]));
    refusal('TooMany', () => recorder.recordStep(fields, 0, 1));
    recorder.recordStep({ reward: 1 }, 1, 1);
  });
  const database = connect(path);
  expect(select(database, 'SELECT step_number, reward FROM steps')).toEqual([{ step_number: 1, reward: 1 }]);
});

it.each<[string, () => readonly TableSchema[]]>([
  [
    'a_b.c and a.b_c',
    () => [defineTable('a', { b_c: ref(SimulationFrame) }), defineTable('a_b', { c: ref(SimulationFrame) })],
  ],
  [
    'a table named as an index might be',
    () => [
      defineTable('probe', { frame_id: ref(SimulationFrame) }),
      defineTable('probe_frame_id', { frame_id: ref(SimulationFrame) }),
    ],
  ],
])('takes names that look alike once joined: %s', async (_, schemas) => {
  const path = freshPath();
  const [first, second] = schemas() as [TableSchema, TableSchema];
  await record(path, (recorder) => {
    recorder.recordFrame(0);
    for (const schema of [first, second]) expect(recorder.table(schema).append({} as never)).toBe(1);
  });
  const count = `SELECT (SELECT count(*) FROM ${first.name}) + (SELECT count(*) FROM ${second.name})`;
  expect(one(connect(path), count)).toBe(2);
});

it('makes a table while it records, on the writer’s thread too', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path });
  recorder.recordFrame(0);
  recorder.recordStep({ reward: 1 }, 0, 1);
  contact(recorder);
  refusal('TooMany', () => recorder.table(wide(1999)));
  await recorder.close();
  expect(one(connect(path), 'SELECT count(*) FROM contact JOIN body ON body_a = body.id')).toBe(1);
});
