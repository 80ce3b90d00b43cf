import { join } from 'node:path';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { readBatch } from '../arrow/file.ts';
import { type ArrowFile, type BatchNote, readManifest } from '../arrow/manifest.ts';
import type { Cells } from '../pieces.ts';
import { ownColumns } from '../select.ts';
import { Checks, counted, type VerifyReport } from './checks.ts';
import { Keys, keyColumns, parentsFirst } from './keys.ts';

const FILES = 'files';
const VALUES = 'values';

/**
 * Verifies a recording in Arrow files: reads every value of it. Arrow has no checksums, so that a changed number is not
 * found, unless it is an id.
 * @throws `NotARecording`, `NewerFormat` where it cannot even be looked at
 */
export async function verifyArrow(path: string): Promise<VerifyReport> {
  const { tables, endTimestamp } = readManifest(path);
  const checks = new Checks();
  const keys = new Keys(checks);
  const files = new Map(tables.map((table) => [table.plan, table]));
  checks.check(FILES, counted(tables.length, 'file'));
  checks.check(VALUES, '');
  let rows = 0;
  for (const plan of parentsFirst([...files.keys()])) {
    keys.begin(plan);
    try {
      rows += await checkFile(path, files.get(plan)!, keys, checks);
    } catch (error) {
      checks.problem(FILES, (error as Error).message);
    }
  }
  checks.check(VALUES, counted(rows, 'row'));
  return checks.report(path, 'arrow', endTimestamp === null ? 'crashed' : 'ended');
}

/** Reads all of a table. @returns its rows */
async function checkFile(
  folder: string,
  { plan, file, batches }: ArrowFile,
  keys: Keys,
  checks: Checks,
): Promise<number> {
  const columns = ownColumns(plan);
  let rows = 0;
  for (const [index, note] of batches.entries()) {
    const cells = await readBatch(join(folder, file), index, note, columns, 0, note.rows);
    const byName = new Map(columns.map(({ name }, i) => [name, cells[i]!]));
    for (const column of columns) checkColumn(column, byName.get(column.name)!, file, checks);
    if (plan.id !== null) checkIds(plan, note, byName.get(plan.id)!, file, checks);
    keys.add(plan, note.rows, new Map(keyColumns(plan).map((name) => [name, byName.get(name)!])), file);
    rows += note.rows;
  }
  return rows;
}

function checkColumn(
  { name, kind, nullable }: StoredColumn,
  cells: Cells,
  file: string,
  checks: Checks,
): void {
  for (let row = 0; row < cells.length; row++) {
    const value = cells[row];
    if (value === null || value === undefined) {
      if (!nullable) checks.problem(VALUES, `${file}: ${name} has no value in row ${row}, and must`);
    } else if (kind === 'json' && !isJson(value as string)) {
      checks.problem(VALUES, `${file}: ${name} is no JSON in row ${row}`);
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function checkIds(
  { id }: TablePlan,
  { firstId, lastId }: BatchNote,
  ids: Cells,
  file: string,
  checks: Checks,
): void {
  let last = firstId - 1;
  for (let row = 0; row < ids.length; row++) {
    const value = ids[row] as number;
    if (value <= last) checks.problem(VALUES, `${file}: ${id} ${value} comes after ${last}`);
    last = value;
  }
  if (ids[0] !== firstId || last !== lastId) {
    checks.problem(
      FILES,
      `${file} is said to have ids ${firstId} to ${lastId}; they are ${ids[0]} to ${last}`,
    );
  }
}
