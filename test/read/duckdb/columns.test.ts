import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineTable, f64, utf8, vec3 } from '../../../src/index.ts';
import { H5File } from '../../../src/read/hdf5/file.ts';
import { openRecording, type Reader } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';

const Sample = defineTable('sample', { x: f64(), note: utf8(), position: vec3({ nullable: true }) });

let reader: Reader;
let datasets: () => string[];

beforeEach(async () => {
  const path = join(scratch(), 'a.h5');
  await record(
    path,
    (recorder) => {
      for (let i = 0; i < 5; i++) {
        recorder.table(Sample).append({ x: i, note: `n${i}`, position: [i, 1, 2] });
        recorder.recordStep({ reward: i, speed: i / 2, label: 'x' }, i, 1 + Math.floor(i / 3));
        recorder.recordEpisode({ success: true }, 1 + Math.floor(i / 3));
      }
    },
    { backend: 'hdf5', runId: 'r' },
  );
  reader = await openRecording(path);
  const read = vi.spyOn(H5File.prototype, 'read');
  datasets = () => {
    const paths = read.mock.calls.map(([at]) => at.replace(/^\/r\/(tables\/)?/, '').replace(/_00000\d/, ''));
    read.mockClear();
    return [...new Set(paths)].sort();
  };
});

afterEach(() => {
  reader.close();
  vi.restoreAllMocks();
});

it.each([
  ['SELECT avg(reward) FROM steps', [], ['episode/reward']],
  [
    'SELECT reward FROM steps WHERE speed > ? AND step_number < $2',
    [0.5, 3],
    ['episode/reward', 'episode/speed', 'episode/step_number'],
  ],
  ['SELECT max(x) FROM sample WHERE position_y = 1', [], ['sample/position', 'sample/x']],
  ['WITH all_of_it AS (SELECT * FROM steps) SELECT sum(speed) FROM all_of_it', [], ['episode/speed']],
  ['SELECT "x" FROM Sample s ORDER BY s.note LIMIT 1', [], ['sample/note', 'sample/x']],
  [
    'SELECT (SELECT max(x) FROM sample WHERE sample.id = steps.step_id) FROM steps',
    [],
    ['episode/step_id', 'sample/id', 'sample/x'],
  ],
  [
    "SELECT count(*) FROM query('SELECT speed FROM steps WHERE reward > 0')",
    [],
    ['episode/reward', 'episodes/episode_id', 'sample/id'],
  ],
  ['SELECT note, count(*) FROM sample NATURAL JOIN runs GROUP BY note', [], ['sample/note']],
  ["SELECT COLUMNS('^(x|note)$') FROM sample", [], ['sample/note', 'sample/x']],
])('%s reads the columns that it names and no others', async (sql, parameters, wanted) => {
  const { rows } = await reader.query(sql, parameters);
  expect(rows.length).toBeGreaterThan(0);
  expect(datasets()).toEqual(wanted);
});

it('reads something of a table whose rows are only counted', async () => {
  expect((await reader.query('SELECT count(*) FROM sample')).rows).toEqual([[5]]);
  expect(datasets()).toEqual(['sample/id']);
});

it.each([
  'SELECT * FROM sample',
  'SELECT s FROM sample s',
  'FROM sample',
  'SUMMARIZE sample',
  'SELECT count(*) FROM (SELECT DISTINCT * FROM sample)',
])('%s reads all columns', async (sql) => {
  await reader.query(sql);
  expect(datasets()).toEqual(['sample/id', 'sample/note', 'sample/position', 'sample/x']);
});

it('reads again what a later statement needs, and at the third time all', async () => {
  const ask = async (sql: string) => (await reader.query(sql)).rows;
  expect(await ask('SELECT sum(x) FROM sample')).toEqual([[10]]);
  expect(datasets()).toEqual(['sample/x']);
  expect(await ask('SELECT max(x) FROM sample')).toEqual([[4]]);
  expect(datasets()).toEqual([]);
  expect(await ask('SELECT max(note), min(x) FROM sample')).toEqual([['n4', 0]]);
  expect(datasets()).toEqual(['sample/note', 'sample/x']);
  expect(await ask('SELECT sum(position_x) FROM sample')).toEqual([[10]]);
  expect(datasets()).toEqual(['sample/id', 'sample/note', 'sample/position', 'sample/x']);
  expect(await ask('SELECT count(position_z) FROM sample')).toEqual([[5]]);
  expect(datasets()).toEqual([]);
});

it('says what is wrong with a statement as DuckDB does', async () => {
  const error = await rejection('QueryFailed', reader.query('SELECT nothing FROM sample'));
  expect(error.message).toMatch(/"nothing" not found/);
  await rejection('QueryFailed', reader.query('SELECT x FROM sample WHERE x > ?'));
  await rejection('QueryFailed', reader.query('SELECT x FROM sample; SELECT 1'));
  await rejection('QueryFailed', reader.query("ANALYZE COPY sample TO '/tmp/never.csv'"));
});
