import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, it } from 'vitest';
import { defineTable, f64 } from '../../../src/index.ts';
import { openRecording, verify } from '../../../src/read/index.ts';
import { freshPath, record, rejection } from '../../backends/scratch.ts';

const Sample = defineTable('sample', { x: f64() });
const ENDLESS =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, i AS x FROM n';
let path: string;

beforeEach(async () => {
  path = freshPath();
  await record(path, (recorder) => {
    for (let i = 0; i < 10; i++) recorder.table(Sample).append({ x: i });
  });
});

function change(sql: string): void {
  using database = new DatabaseSync(path, { defensive: false });
  database.exec(sql);
}

it.each(['sample', 'runs', 'simtape_tables'])(
  'refuses an endless view in the place of table %s',
  async (table) => {
    change(`ALTER TABLE ${table} RENAME TO was; CREATE VIEW ${table} AS ${ENDLESS}`);
    await rejection('NotARecording', openRecording(path));
    await rejection('NotARecording', verify(path));
  },
);

it('refuses a view that the schema calls a table', async () => {
  change(
    `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE VIEW sample AS ${ENDLESS}', rootpage = 0 WHERE name = 'sample'`,
  );
  await rejection('NotARecording', openRecording(path));
});

it('refuses a virtual table in the place of a table', async () => {
  change('ALTER TABLE sample RENAME TO was; CREATE VIRTUAL TABLE sample USING fts5(id, x)');
  await rejection('NotARecording', openRecording(path));
});

it('reads a recording that has views and triggers beside its tables', async () => {
  change(
    `CREATE VIEW mine AS ${ENDLESS}; CREATE TRIGGER t AFTER DELETE ON sample BEGIN DELETE FROM runs; END`,
  );
  using recording = await openRecording(path);
  expect(await Array.fromAsync(recording.table('sample').rows())).toHaveLength(10);
  expect((await verify(path)).ok).toBe(true);
});

it.each([
  ['details = \'{"labels":1}\'', 'labels'],
  ["kind = 'nonsense'", 'kind'],
  ['column_name = 7', 'name'],
  ["column_name = '../x'", 'name'],
  ['details = \'{"element":"f64","length":1e9}\', kind = \'array\'', 'length'],
])('names what a catalogue has that simtape never writes: %s', async (update, what) => {
  change(`UPDATE simtape_columns SET ${update} WHERE table_name = 'sample'`);
  using recording = await openRecording(path);
  const error = await rejection('NotARecording', (async () => recording.tables())());
  expect(error.message).toContain(what);
  expect(recording.runs()).toHaveLength(1);
});
