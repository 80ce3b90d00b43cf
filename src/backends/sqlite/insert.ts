import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RejectedRow } from '../../errors.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { describeRow, type Slice } from '../commit.ts';
import { bindColumn, type SqlValue } from './bind.ts';
import { isRowError } from './errors.ts';
import type { ExactValues } from './exact.ts';
import { MAX_PARAMETERS, quote } from './format.ts';
import { runColumn } from './tables.ts';

/** What inserting told of rows that the database refused. */
export interface Refusals {
  count: number;
  readonly examples: RejectedRow[];
}

const MAX_EXAMPLES = 10;
/** Rows a statement where fewer are left than the batch size. */
const SMALL_BATCH = 8;

/** Inserts rows of one table, as it is planned now, by statements of several rows. */
export class Inserter {
  readonly #database: DatabaseSync;
  readonly #plan: TablePlan;
  readonly #exact: ExactValues;
  readonly #nullable: ReadonlySet<string>;
  readonly #statements = new Map<number, StatementSync>();
  readonly #batch: number;
  readonly #width: number;
  readonly #head: string;
  readonly #tail: string;
  readonly #row: string;
  #parameters: SqlValue[] = [];

  constructor(
    database: DatabaseSync,
    plan: TablePlan,
    run: { readonly id: string; readonly number: number },
    batchSize: number,
    exact: ExactValues,
    nullable: ReadonlySet<string>,
  ) {
    this.#nullable = nullable;
    this.#database = database;
    this.#plan = plan;
    this.#exact = exact;
    const names = [...(plan.id === null ? [] : [plan.id]), ...plan.columns.map(({ name }) => name)];
    this.#width = names.length;
    const runName = runColumn(plan);
    // The run is the same for all rows, so it stands in the text: a parameter less for each row.
    const runValue = runName === 'run_id' ? `'${run.id.replaceAll("'", "''")}'` : String(run.number);
    this.#head = `INSERT INTO ${quote(plan.name)} (${[...names, runName].map(quote).join(', ')}) VALUES `;
    this.#row = `(${names.map(() => '?').join(', ')}, ${runValue})`;
    this.#tail = plan.key === null ? '' : completion(plan, names);
    // A statement that completes earlier rows takes one row, so that two rows of one key work too.
    this.#batch =
      plan.key === null ? Math.max(1, Math.min(batchSize, Math.floor(MAX_PARAMETERS / names.length))) : 1;
  }

  insert(slice: Slice, refusals: Refusals): void {
    for (let from = slice.from; from < slice.to; ) {
      const left = slice.to - from;
      const rows =
        left >= this.#batch
          ? this.#batch
          : left >= SMALL_BATCH && this.#batch > SMALL_BATCH
            ? SMALL_BATCH
            : 1;
      const mark = this.#exact.mark;
      this.#bind(slice, from, from + rows);
      try {
        this.#run(rows);
        if (this.#plan.key !== null) this.#completed(mark);
      } catch (error) {
        if (!isRowError(error)) throw error;
        this.#exact.goBack(mark);
        this.#oneByOne(slice, from, from + rows, refusals);
      }
      from += rows;
    }
  }

  #bind(slice: Slice, from: number, to: number): void {
    const width = this.#width;
    const parameters = this.#parameters;
    parameters.length = (to - from) * width;
    const { id, key, columns, name } = this.#plan;
    let offset = 0;
    if (id !== null) {
      const first = slice.firstId + from - slice.from;
      for (let row = 0; row < to - from; row++) parameters[row * width] = first + row;
      offset = 1;
    }
    const keyColumn = columns.findIndex((column) => column.name === key);
    for (let column = 0; column < columns.length; column++) {
      const noteExact = (exact: { name: string }, bits: bigint, row: number) => {
        const rowId =
          key === null
            ? slice.firstId + row - slice.from
            : Number(parameters[(row - from) * width + keyColumn]);
        this.#exact.note(name, exact.name, bits, rowId, key !== null);
      };
      bindColumn(
        slice,
        column,
        from,
        to,
        parameters,
        offset + column,
        width,
        noteExact,
        this.#nullable.has(columns[column]!.name),
      );
    }
  }

  /** Exact values that an earlier row of this key noted hold no longer where this row gave a value. */
  #completed(mark: number): void {
    const { columns, key, name } = this.#plan;
    const row = Number(this.#parameters[columns.findIndex((column) => column.name === key)]);
    const noted = this.#exact.since(mark);
    for (const [i, column] of columns.entries()) {
      if (this.#parameters[i] !== null || noted.has(column.name))
        this.#exact.replace(name, column.name, row, mark);
    }
  }

  #run(rows: number): void {
    let statement = this.#statements.get(rows);
    if (statement === undefined) {
      statement = this.#database.prepare(this.#head + Array(rows).fill(this.#row).join(', ') + this.#tail);
      this.#statements.set(rows, statement);
    }
    statement.run(...this.#parameters);
  }

  /** Finds the rows that the database refuses; the others go in. */
  #oneByOne(slice: Slice, from: number, to: number, refusals: Refusals): void {
    this.#database.exec('SAVEPOINT one_by_one');
    for (let row = from; row < to; row++) {
      const mark = this.#exact.mark;
      this.#bind(slice, row, row + 1);
      try {
        this.#run(1);
      } catch (error) {
        if (!isRowError(error)) throw error;
        this.#exact.goBack(mark);
        refusals.count++;
        if (refusals.examples.length < MAX_EXAMPLES) {
          refusals.examples.push({
            table: this.#plan.name,
            reason: (error as Error).message,
            row: describeRow(slice, row),
          });
        }
      }
    }
    this.#database.exec('RELEASE one_by_one');
  }
}

/** Later rows of a key complete the one that is there, null leaving what it has. */
function completion(plan: TablePlan, names: readonly string[]): string {
  const updates = names
    .filter((name) => name !== plan.key)
    .map((name) => `${quote(name)} = coalesce(excluded.${quote(name)}, ${quote(name)})`);
  return ` ON CONFLICT (${quote(plan.key!)}, ${quote(runColumn(plan))}) DO UPDATE SET ${updates.join(', ')}`;
}
