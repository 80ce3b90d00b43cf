import { DatabaseSync } from 'node:sqlite';
import { quote } from '../../backends/sqlite/format.ts';
import { checkFormat } from '../../backends/sqlite/open.ts';
import { readPlans, runColumn } from '../../backends/sqlite/tables.ts';
import { SimtapeError } from '../../errors.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { SqliteReader } from '../sqlite/reader.ts';
import { Checks, counted, type VerifyReport } from './checks.ts';

/**
 * Verifies a SQLite recording: SQLite's own checks, then the recorder's catalogue against the tables.
 * @throws `NotARecording`, `NewerFormat`
 */
export async function verifySqlite(path: string): Promise<VerifyReport> {
  using reader = new SqliteReader(path);
  const checks = new Checks();
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    checkFormat(database, path);
    checkIntegrity(database, checks);
    const plans = readPlans(database);
    checkCatalogue(database, plans, checks);
    checkRuns(database, plans, checks);
    const states = (await reader.runs()).map(({ state }) => state);
    const state =
      states.find((one) => one === 'recording') ?? states.find((one) => one === 'crashed') ?? 'ended';
    return checks.report(path, 'sqlite', state);
  } catch (cause) {
    if (cause instanceof SimtapeError) throw cause;
    // Damage can make any statement fail, after it was found by the first.
    checks.problem('database', (cause as Error).message);
    return checks.report(path, 'sqlite', 'ended');
  } finally {
    database.close();
  }
}

function checkIntegrity(database: DatabaseSync, checks: Checks): void {
  const pages = Object.values(database.prepare('PRAGMA page_count').get()!)[0];
  checks.check('database', counted(Number(pages), 'page'));
  for (const row of database.prepare('PRAGMA integrity_check').all()) {
    const text = String(row.integrity_check);
    if (text !== 'ok') checks.problem('database', text);
  }
  checks.check('references', '');
  for (const { table, rowid, parent } of database.prepare('PRAGMA foreign_key_check').iterate()) {
    checks.problem('references', `row ${rowid} of ${table} refers to a row of ${parent} that is not there`);
  }
}

/** Every table and column of the catalogue is there. */
function checkCatalogue(database: DatabaseSync, plans: readonly TablePlan[], checks: Checks): void {
  let rows = 0;
  for (const { name, columns } of plans) {
    const there = database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(name)
      .map((row) => row.name);
    if (there.length === 0) {
      checks.problem('catalogue', `table ${name} is missing`);
      continue;
    }
    for (const column of columns) {
      if (!there.includes(column.name))
        checks.problem('catalogue', `column ${name}.${column.name} is missing`);
    }
    rows += Number(database.prepare(`SELECT count(*) AS rows FROM ${quote(name)}`).get()!.rows);
  }
  checks.check('catalogue', `${counted(rows, 'row')} of ${counted(plans.length, 'table')}`);
}

/** Every row belongs to a run, and exact values to a column. */
function checkRuns(database: DatabaseSync, plans: readonly TablePlan[], checks: Checks): void {
  const runs = Number(database.prepare('SELECT count(*) AS runs FROM runs').get()!.runs);
  checks.check('runs', counted(runs, 'run'));
  for (const plan of plans) {
    const column = runColumn(plan);
    const { strays } = database
      .prepare(
        `SELECT count(*) AS strays FROM ${quote(plan.name)} WHERE ${column} NOT IN (SELECT ${column} FROM runs)`,
      )
      .get()!;
    if (Number(strays) > 0)
      checks.problem('runs', `${counted(Number(strays), 'row')} of ${plan.name} are of no run`);
  }
  const exact = database.prepare('SELECT DISTINCT table_name, column_name FROM simtape_exact').all();
  for (const { table_name, column_name } of exact) {
    const columns = plans.find(({ name }) => name === table_name)?.columns;
    if (columns?.some(({ name }) => name === column_name)) continue;
    checks.problem('catalogue', `exact values of ${table_name}.${column_name}, which is no column`);
  }
}
