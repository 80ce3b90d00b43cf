import type { TablePlan } from '../../schema/plan.ts';
import { batchOf } from '../batch.ts';
import type { SqlRun, SqlTable } from '../duckdb/source.ts';
import { journalPieces } from '../journal-rows.ts';
import type { Run, TableBatch, TableReader } from '../reader.ts';
import { ownColumns } from '../select.ts';
import type { Contents } from './contents.ts';

/** A Parquet run as SQL gets at it: its files, and what only the journal has. */
export function sqlRunOf(contents: Contents, run: Run, tableOf: (name: string) => TableReader): SqlRun {
  const { path, files } = contents.folder;
  return {
    run,
    path,
    format: 'parquet',
    files: files.map((file) => file.path),
    reads: false,
    tables: contents.plans.map((plan) => sqlTableOf(contents, plan, tableOf(plan.name))),
  };
}

function sqlTableOf(contents: Contents, plan: TablePlan, table: TableReader): SqlTable {
  return {
    info: table.info,
    async parts() {
      if (plan.key !== null && !(await contents.hasRowPerKey(plan.name))) {
        return { files: [], rest: table.batches() };
      }
      const files = contents.filesOf(plan.name).map(({ path }) => path);
      const rest = contents.hasJournalRows(plan.name) ? journalBatches(contents, plan) : null;
      return { files, rest };
    },
  };
}

async function* journalBatches(contents: Contents, plan: TablePlan): AsyncGenerator<TableBatch, void> {
  const columns = ownColumns(plan);
  const names = columns.map(({ name }) => name);
  const own = names.filter((name) => name !== plan.id);
  for (const piece of journalPieces(contents.folder.journal!, contents, plan.name, own)) {
    const cells = await piece.read(names, 0, piece.rows);
    yield batchOf(columns, [{ cells, from: 0, to: piece.rows }]);
  }
}
