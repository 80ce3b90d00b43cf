import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isTemporaryName } from '../../backends/parquet/files.ts';
import { Layout } from '../../backends/parquet/layout.ts';
import { JOURNAL_FOLDER, type Manifest } from '../../backends/parquet/manifest.ts';
import { isWriterAlive } from '../../backends/writer-process.ts';
import { type Journal, segmentsIn } from '../../journal/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { type Held, journalPieces } from '../journal-rows.ts';
import { lookAtRun } from '../parquet/run-folder.ts';
import { Checks, counted, type VerifyReport } from './checks.ts';
import { FactsOf } from './column-bounds.ts';
import { checkJournal } from './journal.ts';
import { Keys, keyColumns, parentsFirst } from './keys.ts';
import { checkValues } from './parquet-file.ts';
import { type CheckedFile, checkFiles, heldBy } from './parquet-files.ts';
import { readReport } from './reports.ts';
import { type ColumnFacts, checkRunStatistics } from './statistics-file.ts';

/**
 * Verifies a run's folder; reads every value of it.
 * @throws `NotARecording`, `NewerFormat` where it cannot even be looked at
 */
export async function verifyParquetRun(folder: string): Promise<VerifyReport> {
  const { manifest, files: named, journal } = lookAtRun(folder);
  try {
    const { runId } = manifest.run;
    const layout = new Layout(manifest.layout, runId);
    const state = stateOf(manifest);
    const checks = new Checks();
    const files = await checkFiles(named, (path) => relative(folder, path), runId, checks);
    const held = heldBy(files, layout, manifest.lastCommitHeld);
    const facts = await checkTables(plansOf(manifest, files), files, journal, held, checks);
    checkCounts(manifest, files, checks);
    if (manifest.state === 'ended') {
      await checkRunStatistics(join(folder, layout.statistics), runId, facts, checks);
      await readReport(join(folder, layout.metadata), runId).catch((error: Error) =>
        checks.problem('files', `${layout.metadata}: ${error.message}`),
      );
    }
    if (journal !== null) checkJournal(journal.report, manifest.lastCommitHeld, runId, checks);
    checkEnd(folder, state, checks);
    return checks.report(folder, 'parquet', state);
  } finally {
    journal?.close();
  }
}

function stateOf({ state, writer }: Manifest): VerifyReport['state'] {
  if (state === 'ended') return 'ended';
  return writer !== null && isWriterAlive(writer) ? 'recording' : 'crashed';
}

/** The plans of all tables, the one of a file where the manifest has none. */
function plansOf(manifest: Manifest, files: readonly CheckedFile[]): TablePlan[] {
  const plans = new Map(files.map(({ plan }) => [plan.name, plan]));
  for (const { plan } of manifest.tables) plans.set(plan.name, plan);
  return parentsFirst([...plans.values()]);
}

type TableFacts = Map<string, Map<string, ColumnFacts>>;

/** Reads all rows, those in the journal too: values against statistics, ids and references. */
async function checkTables(
  plans: readonly TablePlan[],
  files: readonly CheckedFile[],
  journal: Journal | null,
  held: Held,
  checks: Checks,
): Promise<TableFacts> {
  checks.check(
    'row groups',
    counted(
      files.reduce((sum, file) => sum + file.metadata.row_groups.length, 0),
      'row group',
    ),
  );
  checks.check(
    'statistics',
    counted(
      files.reduce((sum, { columns }) => sum + columns.length, 0),
      'column',
    ),
  );
  const keys = new Keys(checks);
  const all: TableFacts = new Map();
  for (const plan of plans) {
    const names = keyColumns(plan);
    const facts = new Map<string, FactsOf>();
    const factsOf = (column: string) => {
      if (!facts.has(column)) facts.set(column, new FactsOf());
      return facts.get(column)!;
    };
    keys.begin(plan);
    const own = files.filter(({ table }) => table === plan.name);
    for (const file of own) {
      const there = names.filter((name) => file.columns.some((column) => column.name === name));
      await checkValues(
        file,
        checks,
        there,
        (rows, values) => keys.add(file.plan, rows, values, file.name),
        factsOf,
      );
      // A column that appeared later is null in the rows before.
      for (const { name } of plan.columns)
        if (!file.columns.some((column) => column.name === name)) factsOf(name).addNulls(file.rows);
    }
    if (journal !== null) await addJournal(journal, plan, held, names, keys);
    const rows = own.reduce((sum, file) => sum + file.rows, 0);
    all.set(plan.name, new Map([...facts].map(([column, of]) => [column, { ...of.facts, rows }])));
  }
  return all;
}

async function addJournal(
  journal: Journal,
  plan: TablePlan,
  held: Held,
  names: readonly string[],
  keys: Keys,
): Promise<void> {
  const stored = names.filter((name) => name !== plan.id);
  for (const piece of journalPieces(journal, held, plan.name, stored)) {
    const cells = await piece.read(names, 0, piece.rows);
    keys.add(plan, piece.rows, new Map(names.map((name, i) => [name, cells[i]!])), 'the journal');
  }
}

/** Rows and files of each table as the manifest counts them. While a run goes on, it is behind. */
function checkCounts({ tables, state }: Manifest, files: readonly CheckedFile[], checks: Checks): void {
  let total = 0;
  for (const table of tables) {
    const own = files.filter((file) => file.table === table.plan.name);
    const rows = own.reduce((sum, file) => sum + file.rows, 0);
    total += rows;
    const exact = state === 'ended' ? rows === table.rows && own.length === table.files : rows >= table.rows;
    if (exact) continue;
    const [stated, found] = [
      `${table.rows} rows in ${counted(table.files, 'file')}`,
      `${rows} in ${own.length}`,
    ];
    checks.problem('counts', `the manifest says that ${table.plan.name} has ${stated}; there are ${found}`);
  }
  checks.check('counts', `${counted(total, 'row')} of ${counted(tables.length, 'table')}`);
}

/** What a run leaves behind when it does not end. */
function checkEnd(folder: string, state: VerifyReport['state'], checks: Checks): void {
  if (state === 'recording') return;
  checks.check('end of the run', '');
  if (state === 'crashed') {
    checks.problem('end of the run', 'the run did not end: its writer is gone (simtape recover finishes it)');
  } else {
    const segments = segmentsIn(join(folder, JOURNAL_FOLDER)).length;
    if (segments > 0)
      checks.problem('end of the run', `${counted(segments, 'segment')} of a journal are left`);
  }
  const hidden = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true });
  for (const { name, parentPath } of hidden.filter((entry) => isTemporaryName(entry.name))) {
    checks.problem(
      'end of the run',
      `the temporary file ${relative(folder, join(parentPath, name))} is left`,
    );
  }
}
