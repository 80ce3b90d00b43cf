import { EPISODE_GROUP } from '../../backends/hdf5/episode-summary.ts';
import { ColumnBuilder } from '../../read/column-builder.ts';
import type { OwnObjectRow } from '../../read/own-objects.ts';
import type { Run, TableBatch } from '../../read/reader.ts';
import { ownColumns } from '../../read/select.ts';
import { HDF5_OBJECTS } from '../../schema/hdf5-objects.ts';
import { planTable, type TablePlan } from '../../schema/plan.ts';

/** The table whose rows make objects of the user's own in an HDF5 file. */
export const OBJECTS: TablePlan = planTable(HDF5_OBJECTS).plan;

/** Bytes of elements that are written at once, and rows. */
const BATCH_BYTES = 2 ** 22;
const BATCH_ROWS = 1024;

/**
 * Rows as batches of their table.
 * @param episodes numbers of those that are written; attributes of others are left out
 */
export function* objectBatches(
  rows: Iterable<OwnObjectRow>,
  { runId }: Run,
  episodes: readonly number[] | undefined,
): Generator<TableBatch, void> {
  let batch: OwnObjectRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (isOfOther(row.path, runId, episodes)) continue;
    batch.push(row);
    bytes += row.data?.length ?? 0;
    if (bytes < BATCH_BYTES && batch.length < BATCH_ROWS) continue;
    yield batchOf(batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batchOf(batch);
}

function isOfOther(path: string, runId: string, episodes: readonly number[] | undefined): boolean {
  if (episodes === undefined || !path.startsWith(`/${runId}/`)) return false;
  const [name] = path.slice(runId.length + 2).split('/');
  const number = EPISODE_GROUP.exec(name!)?.[1];
  return number !== undefined && !episodes.includes(Number(number));
}

function batchOf(rows: readonly OwnObjectRow[]): TableBatch {
  const columns = ownColumns(OBJECTS).map((column) => {
    const builder = new ColumnBuilder(column, rows.length);
    const values = rows.map((row) => row[column.name as keyof OwnObjectRow]);
    builder.fill(0, values, 0, rows.length);
    return [column.name, builder.finish()];
  });
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}
