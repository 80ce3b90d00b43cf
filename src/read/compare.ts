import { SimtapeError } from '../errors.ts';
import { checkNames, commonColumns, type StructureDifference } from './comparison/columns.ts';
import { type Divergence, earliest } from './comparison/divergence.ts';
import { Side } from './comparison/side.ts';
import { compareTable, type TableComparison } from './comparison/table.ts';
import { boundsOf, type Tolerance } from './comparison/tolerance.ts';
import type { Reader, Run } from './reader.ts';
import { openRecording } from './recording.ts';
import { checkBatchRows, noSuchRun } from './select.ts';

/** What of two runs is compared, and how closely. */
export interface CompareOptions {
  /** By how much numbers may differ, also those in JSON and arrays. Default 0. */
  readonly tolerance?: Tolerance;
  /** The same for single columns, by name: `reward`, `steps.reward`, or a vector's, `position`. */
  readonly tolerances?: Readonly<Record<string, Tolerance>>;
  /** Tables to compare; default all. */
  readonly tables?: readonly string[];
  /** Columns to leave out, named as in {@link CompareOptions.tolerances}. */
  readonly ignore?: readonly string[];
  /** Compare wall-clock times too, which differ between runs of the same simulation. Default false. */
  readonly wallClock?: boolean;
  /** Tell -0 from 0. Default false: they are equal, as in arithmetic. */
  readonly signedZero?: boolean;
  /** The run to compare, of each recording; needed where one holds several. */
  readonly run?: string | readonly [a: string, b: string];
  /** Rows of a table that are in memory at once, of each recording. Default 65,536. */
  readonly batchRows?: number;
  /** Called with the rows of both recordings that were compared so far, and those that there are to be. */
  readonly onProgress?: (progress: { readonly rows: number; readonly totalRows: number }) => void;
}

/** How two runs compare. */
export interface Comparison {
  /** Whether both have the same tables and columns, with the same rows. */
  readonly equal: boolean;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** The difference to look at first; null where no row differs. */
  readonly first: Divergence | null;
  /** Tables and columns that are not in both. */
  readonly structure: readonly StructureDifference[];
  /** The tables that are in both. */
  readonly tables: readonly TableComparison[];
}

/** A run, and where it was read from. */
export interface ComparedRun {
  readonly path: string;
  readonly run: Run;
}

/**
 * Compares two runs, of any backends: row by row in the order of their ids, with one batch of either in memory. Row ids
 * are not compared, and references count from the first row that the run has in the other table, so that a later run of
 * the same file equals an earlier one. Wall-clock times are left out; NaN equals NaN.
 *
 * @param a path of a recording, or a reader, which stays open
 * @throws `NotFound` for a table, column or run that neither has; `InvalidConfig`; as {@link openRecording}
 */
export async function compareRecordings(
  a: string | Reader,
  b: string | Reader,
  options: CompareOptions = {},
): Promise<Comparison> {
  using left = await opened(a);
  using right = await opened(b);
  const run = typeof options.run === 'string' ? [options.run, options.run] : (options.run ?? []);
  const sides = [sideOf(left.reader, run[0]), sideOf(right.reader, run[1])] as const;
  return await compareSides(sides, options);
}

async function compareSides(sides: readonly [Side, Side], options: CompareOptions): Promise<Comparison> {
  const { tolerance = 0, tolerances = {}, ignore = [], wallClock = false, signedZero = false } = options;
  const batchRows = checkBatchRows(options.batchRows === undefined ? {} : { batchRows: options.batchRows });
  const choice = { tolerance, tolerances, ignore, wallClock, signedZero, batchRows };
  const known = sides.flatMap((side) => side.tables);
  boundsOf('tolerance', tolerance);
  checkNames([...ignore, ...Object.keys(tolerances)], known);
  const names = tableNames(
    known.map(({ name }) => name),
    options.tables,
  );
  const totalRows = known.reduce((sum, { name, rows }) => sum + (names.includes(name) ? rows : 0), 0);
  let rows = 0;
  const onRows = (count: number) => {
    rows += count;
    options.onProgress?.({ rows, totalRows });
  };
  const structure: StructureDifference[] = [];
  const tables: TableComparison[] = [];
  for (const table of names) {
    const [a, b] = sides.map((side) => side.info(table));
    if (a === undefined || b === undefined) {
      structure.push({ table, column: null, problem: a === undefined ? 'missing in a' : 'missing in b' });
      continue;
    }
    const { columns, differences } = commonColumns(a, b, choice);
    structure.push(...differences);
    tables.push(await compareTable(sides, a, columns, { ...choice, onRows }));
  }
  const first = earliest(tables.flatMap((table) => table.first ?? []));
  const [a, b] = sides.map(({ reader, run }): ComparedRun => ({ path: reader.path, run }));
  return { equal: first === null && structure.length === 0, a: a!, b: b!, first, structure, tables };
}

function tableNames(known: readonly string[], wanted: readonly string[] | undefined): string[] {
  const all = [...new Set(known)];
  const unknown = wanted?.find((name) => !all.includes(name));
  if (unknown === undefined) return wanted === undefined ? all : [...new Set(wanted)];
  throw new SimtapeError(
    'NotFound',
    `neither recording has a table ${unknown}; there are ${all.join(', ')}`,
    {
      name: unknown,
    },
  );
}

function sideOf(reader: Reader, runId: string | undefined): Side {
  const runs = reader.runs();
  const names = runs.map((run) => run.runId);
  if (runId === undefined && runs.length > 1) {
    throw new SimtapeError(
      'InvalidConfig',
      `${reader.path} holds ${runs.length} runs: name the one to compare, with run; there are ${names.join(', ')}`,
      { key: 'run', value: undefined },
    );
  }
  const run = runId === undefined ? runs[0] : runs.find((candidate) => candidate.runId === runId);
  if (run === undefined) throw noSuchRun(runId ?? '', names);
  return new Side(reader, run);
}

/** A reader, which is closed behind where it was opened here. */
async function opened(source: string | Reader): Promise<Disposable & { readonly reader: Reader }> {
  const isPath = typeof source === 'string';
  const reader = isPath ? await openRecording(source) : source;
  return { reader, [Symbol.dispose]: () => (isPath ? reader.close() : undefined) };
}
