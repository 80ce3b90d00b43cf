import {
  ALL_WRITTEN,
  type OpenedBackend,
  type StorageBackend,
  type WriteReport,
} from '../../src/backends/backend.ts';
import { type Commit, readValue, type Slice, type StoredValue } from '../../src/backends/commit.ts';
import type { IdRange } from '../../src/buffer/link.ts';
import { SimtapeError } from '../../src/errors.ts';
import { planDifferences, type TablePlan } from '../../src/schema/plan.ts';

/** A row as a backend reads it, with its id where the table has one. */
export type StoredRow = Readonly<Record<string, StoredValue>>;

export interface WrittenCommit {
  readonly number: number;
  readonly open: boolean;
  readonly tables: readonly { readonly name: string; readonly rows: readonly StoredRow[] }[];
}

/** Keeps all that it is given, read through `readValue` while the views are valid. */
export class MemoryBackend implements StorageBackend {
  readonly commits: WrittenCommit[] = [];
  readonly plans: Map<string, TablePlan> = new Map();
  /** Called before a commit is taken; throws or rejects to fail it. */
  onWrite: (commit: Commit) => void | Promise<void> = () => {};
  closed = false;
  firstId = 1;
  lastId: number = Number.MAX_SAFE_INTEGER;
  /** Commits that were open and were taken back. */
  readonly abandoned: WrittenCommit[] = [];
  /** Plans as they were before the commit that is open. */
  #before: ReadonlyMap<string, TablePlan> | null = null;

  open(): OpenedBackend {
    return { path: null };
  }

  createTable(plan: TablePlan): IdRange {
    const known = this.plans.get(plan.name);
    const differences = known === undefined ? [] : planDifferences(known, plan);
    if (differences.length > 0) {
      throw new SimtapeError('SchemaMismatch', differences.join('; '), { table: plan.name });
    }
    this.plans.set(plan.name, plan);
    return { first: this.firstId, last: this.lastId };
  }

  write(commit: Commit): WriteReport | Promise<WriteReport> {
    const before = this.onWrite(commit);
    return before instanceof Promise ? before.then(() => this.#take(commit)) : this.#take(commit);
  }

  #take(commit: Commit): WriteReport {
    if (!commit.open) this.#before = null;
    else this.#before ??= new Map(this.plans);
    const tables = commit.tables.map(({ plan, rows, slices }) => {
      const read = slices.flatMap(readRows);
      if (!this.plans.has(plan.name)) throw new Error(`there is no table ${plan.name}`);
      if (read.length !== rows) throw new Error(`${plan.name} announces ${rows} rows and has ${read.length}`);
      return { name: plan.name, rows: read };
    });
    this.commits.push({ number: commit.number, open: commit.open, tables });
    return ALL_WRITTEN;
  }

  /** Like a database, takes back the tables too that were made since the commit was opened. */
  abandon(): void {
    if (!this.commits.at(-1)?.open) throw new Error('no commit is open');
    const first = this.commits.findLastIndex(({ open }) => !open) + 1;
    this.abandoned.push(...this.commits.splice(first));
    this.plans.clear();
    for (const [name, plan] of this.#before!) this.plans.set(name, plan);
    this.#before = null;
  }

  close(): void {
    this.closed = true;
  }

  /** All rows of a table that are visible: those of commits that have been closed. */
  rows(table: string): StoredRow[] {
    return this.#visible().flatMap((commit) => rowsOf(commit, table));
  }

  /** All visible rows in the order in which they came, with their table. */
  allRows(): (StoredRow & { readonly table: string })[] {
    return this.#visible().flatMap(({ tables }) =>
      tables.flatMap(({ name, rows }) => rows.map((row) => ({ table: name, ...row }))),
    );
  }

  #visible(): readonly WrittenCommit[] {
    return this.commits.slice(0, this.commits.findLastIndex(({ open }) => !open) + 1);
  }

  /** The rows of a table with a key, later ones completing earlier ones as a backend does. */
  merged(table: string): StoredRow[] {
    const key = this.plans.get(table)!.key!;
    const byKey = new Map<StoredValue, Record<string, StoredValue>>();
    for (const row of this.rows(table)) {
      const known = byKey.get(row[key]!) ?? {};
      for (const [name, value] of Object.entries(row)) if (value !== null) known[name] = value;
      byKey.set(row[key]!, known);
    }
    const columns = this.plans.get(table)!.columns;
    return [...byKey.values()].map((row) =>
      Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null])),
    );
  }

  /** References to rows that are not there, as `table.column = id`, seen commit by commit. */
  dangling(): string[] {
    const ids = new Map<string, Set<StoredValue>>();
    const found: string[] = [];
    for (const { tables } of this.commits) {
      for (const { name, rows } of tables) {
        const plan = this.plans.get(name)!;
        for (const row of rows) {
          for (const column of plan.columns) {
            const { references } = column;
            const value = row[column.name] ?? null;
            if (references === undefined || value === null) continue;
            if (!ids.get(references.table)?.has(value)) found.push(`${name}.${column.name} = ${value}`);
          }
          const own = plan.id ?? plan.key;
          if (own === null) continue;
          if (!ids.has(name)) ids.set(name, new Set());
          ids.get(name)!.add(row[own]!);
        }
      }
    }
    return found;
  }
}

export function rowsOf(commit: WrittenCommit, table: string): readonly StoredRow[] {
  return commit.tables.find(({ name }) => name === table)?.rows ?? [];
}

function readRows(slice: Slice): StoredRow[] {
  const rows: StoredRow[] = [];
  for (let row = slice.from; row < slice.to; row++) {
    const read: Record<string, StoredValue> = {};
    if (slice.plan.id !== null) read[slice.plan.id] = slice.firstId + row - slice.from;
    for (const [index, { name }] of slice.plan.columns.entries()) read[name] = readValue(slice, index, row);
    rows.push(read);
  }
  return rows;
}
