import type { Commit, RunInfo, StorageBackend, TablePlan, WriteReport } from '../../src/index.ts';
import { readValue, SimtapeError } from '../../src/index.ts';
import { arrayElements } from '../../src/read/column-builder.ts';
import { planDifferences } from '../../src/schema/plan.ts';

type Row = Record<string, unknown>;
interface StoredTable {
  plan: TablePlan;
  rows: Row[];
}
interface StoredRun {
  readonly tables: Map<string, StoredTable>;
  end: number | null;
}

/** Recordings in memory, by path and run. */
export type Storage = Map<string, Map<string, StoredRun>>;

/** What a mutant does wrong. */
export interface Mistakes {
  /** Loses the last row of each commit. */
  readonly dropsRow?: boolean;
  readonly losesSignedZero?: boolean;
  /** 64-bit integers pass through doubles. */
  readonly roundsWide?: boolean;
  readonly textEndsAtZero?: boolean;
  /** The rows of each commit, the last one first. */
  readonly reverses?: boolean;
  readonly ignoresLateColumns?: boolean;
  /** A later row of a key replaces the earlier one, nulls included. */
  readonly replacesKeys?: boolean;
  /** What was stored of a commit that failed stays. */
  readonly keepsFailed?: boolean;
  /** The error of a value that cannot be read is swallowed. */
  readonly swallowsErrors?: boolean;
  /** Parts that were taken back stay. */
  readonly keepsAbandoned?: boolean;
  /** Open commits can be seen. */
  readonly showsOpen?: boolean;
  /** Reads values after `write` has answered. */
  readonly readsLate?: boolean;
  readonly neverEnds?: boolean;
  readonly alwaysEnds?: boolean;
  /** Ids start from 1 in each run. */
  readonly repeatsIds?: boolean;
  readonly takesOtherTypes?: boolean;
}

/** Keeps rows in memory, properly but for its mistakes. */
export class Mutant implements StorageBackend {
  readonly #storage: Storage;
  readonly #path: string;
  readonly #mistakes: Mistakes;
  #run: StoredRun = { tables: new Map(), end: null };
  #earlier: readonly StoredRun[] = [];
  /** The tables as they were before the commit that is open. */
  #before: Map<string, StoredTable> | null = null;
  #late: (() => void)[] = [];

  constructor(storage: Storage, path: string, mistakes: Mistakes) {
    this.#storage = storage;
    this.#path = path;
    this.#mistakes = mistakes;
  }

  open({ runId }: RunInfo): { path: string } {
    const runs = this.#storage.get(this.#path) ?? new Map<string, StoredRun>();
    this.#earlier = [...runs.values()];
    runs.set(runId, this.#run);
    this.#storage.set(this.#path, runs);
    return { path: this.#path };
  }

  createTable(plan: TablePlan): { first: number; last: number } {
    const known = [...this.#earlier, this.#run].flatMap(({ tables }) => tables.get(plan.name) ?? []);
    const differences = known.flatMap((table) => planDifferences(table.plan, plan));
    if (differences.length > 0 && !this.#mistakes.takesOtherTypes) {
      throw new SimtapeError('SchemaMismatch', differences.join('; '), { table: plan.name });
    }
    const own = this.#run.tables.get(plan.name);
    if (own === undefined) this.#run.tables.set(plan.name, { plan, rows: [] });
    else if (!this.#mistakes.ignoresLateColumns) own.plan = plan;
    const used = known.flatMap(({ rows }) => rows.map((row) => Number(row[plan.id ?? ''] ?? 0)));
    const first = this.#mistakes.repeatsIds ? 1 : Math.max(0, ...used) + 1;
    return { first, last: Number.MAX_SAFE_INTEGER };
  }

  write(commit: Commit): WriteReport {
    for (const late of this.#late.splice(0)) late();
    const before = this.#copy();
    if (this.#before === null) this.#before = before;
    try {
      for (const { plan, slices } of commit.tables) {
        for (const slice of slices) {
          const rows: Row[] = [];
          for (let row = slice.from; row < slice.to; row++) {
            const read = () => this.#read(slice, row);
            if (!this.#mistakes.readsLate) rows.push(read());
            else {
              const later: Row = {};
              rows.push(later);
              this.#late.push(() => Object.assign(later, read()));
            }
          }
          if (this.#mistakes.reverses) rows.reverse();
          this.#store(plan, rows);
        }
      }
      if (this.#mistakes.dropsRow && !commit.open)
        this.#run.tables.get(commit.tables.at(-1)!.plan.name)!.rows.pop();
    } catch (error) {
      if (!this.#mistakes.keepsFailed) this.#restore(before);
      if (!this.#mistakes.swallowsErrors) throw error;
    }
    if (!commit.open) this.#before = null;
    return { rejected: new Map(), examples: [] };
  }

  abandon(): void {
    if (!this.#mistakes.keepsAbandoned) this.#restore(this.#before!);
    this.#before = null;
  }

  close(endTimestamp: number | null): void {
    for (const late of this.#late.splice(0)) late();
    const { neverEnds, alwaysEnds } = this.#mistakes;
    this.#run.end = neverEnds ? null : alwaysEnds ? (endTimestamp ?? Date.now() / 1000) : endTimestamp;
  }

  /** What can be seen of a run. */
  visible(): Map<string, StoredTable> {
    return this.#mistakes.showsOpen || this.#before === null ? this.#run.tables : this.#before;
  }

  #read(slice: Commit['tables'][number]['slices'][number], row: number): Row {
    const { id, columns } = slice.plan;
    const read: Row = id === null ? {} : { [id]: slice.firstId + row - slice.from };
    for (const [i, column] of columns.entries()) {
      const value = readValue(slice, i, row);
      read[column.name] = this.#spoil(
        value === null
          ? null
          : column.kind === 'json'
            ? JSON.parse(value as string)
            : column.kind === 'array'
              ? arrayElements(column.element!, value as Uint8Array)
              : value,
      );
    }
    return read;
  }

  #spoil(value: unknown): unknown {
    const { losesSignedZero, roundsWide, textEndsAtZero } = this.#mistakes;
    if (losesSignedZero && value === 0) return 0;
    if (roundsWide && typeof value === 'bigint') return BigInt(Number(value));
    if (textEndsAtZero && typeof value === 'string') return value.split('\u0000')[0];
    return value;
  }

  #store(plan: TablePlan, rows: readonly Row[]): void {
    const table = this.#run.tables.get(plan.name)!;
    const names = new Set([plan.id, ...table.plan.columns.map(({ name }) => name)]);
    for (const row of rows) {
      if (this.#mistakes.ignoresLateColumns) {
        for (const name of Object.keys(row)) if (!names.has(name)) delete row[name];
      }
      const known =
        plan.key === null ? undefined : table.rows.find((other) => other[plan.key!] === row[plan.key!]);
      if (known === undefined) table.rows.push(row);
      else {
        for (const [name, value] of Object.entries(row)) {
          if (value !== null || this.#mistakes.replacesKeys) known[name] = value;
        }
      }
    }
  }

  #copy(): Map<string, StoredTable> {
    return new Map(
      [...this.#run.tables].map(([name, { plan, rows }]) => [
        name,
        { plan, rows: rows.map((row) => ({ ...row })) },
      ]),
    );
  }

  #restore(before: ReadonlyMap<string, StoredTable>): void {
    this.#run.tables.clear();
    for (const [name, table] of before) this.#run.tables.set(name, table);
  }
}
