import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { EXACT, VALID } from '../../backends/hdf5/column-sets.ts';
import { journalFolder } from '../../backends/hdf5/place.ts';
import { STEPS } from '../../backends/hdf5/run-groups.ts';
import type { TablePlan } from '../../schema/plan.ts';
import type { GroupReader } from '../hdf5/column-group.ts';
import { Contents } from '../hdf5/contents.ts';
import { ownDatasets } from '../hdf5/own-objects.ts';
import { journalPieces } from '../journal-rows.ts';
import { ownColumns } from '../select.ts';
import { Turns } from '../turns.ts';
import { Checks, counted, type VerifyReport } from './checks.ts';
import { checkJournal } from './journal.ts';
import { Keys, keyColumns, parentsFirst } from './keys.ts';

/**
 * Verifies an HDF5 recording; reads every value of it, so that the library checks the checksums.
 * @throws `NotARecording`, `NewerFormat` where it cannot even be looked at
 */
export async function verifyHdf5(path: string): Promise<VerifyReport> {
  using contents = await Contents.open(path);
  const { run, journal, isLive } = contents;
  const state = run.state === 'ended' ? 'ended' : isLive ? 'recording' : 'crashed';
  const checks = new Checks();
  await checkTables(contents, checks);
  await checkOwn(contents, checks);
  if (journal !== null) checkJournal(journal.report, run.lastCommit, run.runId, checks);
  checkEnd(path, state, checks);
  return checks.report(path, 'hdf5', state);
}

/** Datasets beside the recorded tables. */
const OWN = 'datasets of your own';

/** Reads all rows, those in the journal too: datasets against one another, counts, ids and references. */
async function checkTables(contents: Contents, checks: Checks): Promise<void> {
  const keys = new Keys(checks);
  const turns = new Turns();
  let datasets = 0;
  checks.check('datasets', '');
  for (const plan of parentsFirst(contents.plans)) {
    keys.begin(plan);
    let rows = 0;
    for (const group of groupsOf(contents, plan, checks)) {
      datasets += await attempt(checks, group.path, () => checkGroup(contents, group, plan, keys, checks));
      rows += group.rows;
      await turns.next();
    }
    if (plan.name === STEPS && rows !== contents.run.steps) {
      checks.problem('counts', `the file says that it has ${contents.run.steps} steps; there are ${rows}`);
    }
    checks.check('counts', `${counted(contents.plans.length, 'table')}`);
    await addJournal(contents, plan, keys);
  }
  checks.check('datasets', counted(datasets, 'dataset'));
}

function groupsOf(contents: Contents, { name }: TablePlan, checks: Checks): readonly GroupReader[] {
  try {
    return contents.groupsOf(name);
  } catch (error) {
    checks.problem('datasets', (error as Error).message);
    return [];
  }
}

async function attempt(checks: Checks, path: string, check: () => Promise<number>): Promise<number> {
  try {
    return await check();
  } catch (error) {
    checks.problem('datasets', `${path}: ${(error as Error).message}`);
    return 0;
  }
}

/** Reads all of a group. @returns how many datasets it has */
async function checkGroup(
  { file }: Contents,
  group: GroupReader,
  plan: TablePlan,
  keys: Keys,
  checks: Checks,
): Promise<number> {
  const { path, rows, layout } = group;
  const { names, places } = layout;
  // Readers take it from another group that says the same of itself.
  if (file.names(path).sort().join('/') !== [...names].sort().join('/'))
    checks.problem('datasets', `${path} says that it has the datasets ${names.join(', ')}, and has others`);
  for (const name of new Set([...places.values()].map(({ dataset }) => dataset))) {
    const [found = 0] = file.shape(`${path}/${name}`);
    if (found !== rows) checks.problem('datasets', `${path}/${name} has ${found} rows, its group ${rows}`);
  }
  const columns = ownColumns(plan);
  const named = keyColumns(plan);
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  // Readers look for rows by halving in columns that a group says to rise.
  const rising = [group.sorted ? plan.id : null, group.risingTime].filter((name) => name !== null);
  const lasts = new Map<string, unknown>();
  for (const piece of group.pieces()) {
    for (const column of columns) {
      const [cells] = await piece.read([column.name], 0, piece.rows);
      const missing = column.nullable
        ? -1
        : Array.prototype.findIndex.call(cells, (cell) => cell === null || cell === undefined);
      if (missing >= 0)
        checks.problem('datasets', `${path}: ${column.name} has no value in row ${missing}, and must`);
      if (column.kind === 'json')
        checkJson(cells as ArrayLike<string | null>, `${path}/${column.name}`, checks);
    }
    for (const name of rising) {
      const [cells] = await piece.read([name], 0, piece.rows);
      if (!neverFalls(cells!, lasts.get(name))) {
        checks.problem('counts', `${path} says that its ${name} never falls, and it does`);
      }
      lasts.set(name, cells![piece.rows - 1]);
    }
    const cells = await piece.read(named, 0, piece.rows);
    keys.add(plan, piece.rows, new Map(named.map((name, i) => [name, cells[i]!])), path);
    if (plan.id === null) continue;
    const [ids] = await piece.read([plan.id], 0, piece.rows);
    for (let row = 0; row < piece.rows; row++) {
      least = Math.min(least, ids![row] as number);
      greatest = Math.max(greatest, ids![row] as number);
    }
  }
  if (plan.id !== null && rows > 0 && (least !== group.firstId || greatest !== group.lastId)) {
    const stated = `${group.firstId} to ${group.lastId}`;
    checks.problem('counts', `${path} says that its ids are ${stated}; they are ${least} to ${greatest}`);
  }
  return file.names(path).filter((name) => !name.endsWith(VALID) && !name.endsWith(EXACT)).length;
}

/** Whether values rise or stay, from one on that came before. */
function neverFalls(values: ArrayLike<unknown>, before: unknown): boolean {
  let last = (before ?? Number.NEGATIVE_INFINITY) as number | bigint;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number | bigint | null;
    if (value === null || !(value >= last)) return false;
    last = value;
  }
  return true;
}

function checkJson(cells: ArrayLike<string | null>, path: string, checks: Checks): void {
  for (let row = 0; row < cells.length; row++) {
    const text = cells[row];
    if (text === null || text === undefined) continue;
    try {
      JSON.parse(text);
    } catch {
      checks.problem('datasets', `${path}: row ${row} is no JSON`);
    }
  }
}

/** Reads what the user put beside the tables. What only the journal has of it is checked with the journal. */
async function checkOwn({ file, run }: Contents, checks: Checks): Promise<void> {
  const turns = new Turns();
  let datasets = 0;
  try {
    for (const path of ownDatasets(file, run.runId)) {
      if (datasets++ === 0) checks.check(OWN, '');
      try {
        file.check(path);
      } catch (error) {
        checks.problem(OWN, `${path}: ${(error as Error).message}`);
      }
      await turns.next();
    }
  } catch (error) {
    checks.check(OWN, '');
    checks.problem(OWN, (error as Error).message);
  }
  if (datasets > 0) checks.check(OWN, counted(datasets, 'dataset'));
}

async function addJournal(contents: Contents, plan: TablePlan, keys: Keys): Promise<void> {
  if (contents.journal === null) return;
  const names = keyColumns(plan);
  const stored = names.filter((name) => name !== plan.id);
  for (const piece of journalPieces(contents.journal, contents, plan.name, stored)) {
    const cells = await piece.read(names, 0, piece.rows);
    keys.add(plan, piece.rows, new Map(names.map((name, i) => [name, cells[i]!])), 'the journal');
  }
}

/** What a run leaves behind when it does not end. */
function checkEnd(path: string, state: VerifyReport['state'], checks: Checks): void {
  if (state === 'recording') return;
  checks.check('end of the run', '');
  if (state === 'crashed') {
    checks.problem('end of the run', 'the run did not end: its writer is gone (simtape recover finishes it)');
  } else if (existsSync(journalFolder(path))) {
    checks.problem('end of the run', `the journal ${basename(journalFolder(path))} is left`);
  }
}
