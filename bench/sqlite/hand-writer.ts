import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { BODIES_PER_FRAME, makeState, STATE, walk } from '../state.ts';
import { ROWS_PER_TRANSACTION, report } from './task.ts';

/** Drives node:sqlite by hand. Arguments: file, schema, number of rows, rows a statement. */
const [path, schema, rowsText, perStatementText] = process.argv.slice(2);
const rows = Number(rowsText);
const perStatement = Number(perStatementText);
const database = new DatabaseSync(path!);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = 2000');
database.exec('PRAGMA foreign_keys = ON');
database.exec(schema!);
const group = `(${'?, '.repeat(STATE.length + 3)}1)`;
const insertFrame = database.prepare('INSERT INTO simulation_frame VALUES (?, ?, ?, 1)');
const insert = database.prepare(
  `INSERT INTO body_state VALUES ${Array(perStatement).fill(group).join(', ')}`,
);
const state = makeState();
const values: SQLInputValue[] = [];
let random = 1;

const start = performance.now();
database.exec('BEGIN IMMEDIATE');
for (let row = 0; row < rows; ) {
  if (row > 0 && row % ROWS_PER_TRANSACTION === 0) database.exec('COMMIT; BEGIN IMMEDIATE');
  const frame = row / BODIES_PER_FRAME + 1;
  random = walk(state, random);
  insertFrame.run(frame, frame / 60, 1.7e9 + frame / 60);
  for (let body = 0; body < BODIES_PER_FRAME; row++) {
    let at = (body % perStatement) * (STATE.length + 3);
    values[at++] = row + 1;
    values[at++] = frame;
    values[at++] = body;
    for (let k = 0; k < STATE.length; k++) values[at++] = state[body * STATE.length + k]!;
    if (++body % perStatement === 0) insert.run(...values);
  }
}
database.exec('COMMIT');
const version = String(database.prepare('SELECT sqlite_version() AS version').get()!.version);
database.close();
report({ version, seconds: (performance.now() - start) / 1000 });
