import type { DatabaseSync, StatementSync } from 'node:sqlite';

interface Exact {
  readonly table: string;
  readonly column: string;
  readonly bits: bigint;
  readonly row: number;
  /** Whether the row has a key, and may be completed: then it stands alone, to be found again. */
  readonly keyed: boolean;
}

/** Collects what SQLite cannot hold, and writes it as one row for each value of a column. */
export class ExactValues {
  readonly #insert: StatementSync;
  readonly #runNumber: number;
  #noted: Exact[] = [];
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync, runNumber: number) {
    this.#insert = database.prepare('INSERT INTO simtape_exact VALUES (?, ?, ?, ?, ?)');
    this.#delete = database.prepare(
      'DELETE FROM simtape_exact WHERE table_name = ? AND column_name = ? AND run_number = ? AND row_ids = ?',
    );
    this.#runNumber = runNumber;
  }

  /** How many values are noted: a place to go back to. */
  get mark(): number {
    return this.#noted.length;
  }

  note(table: string, column: string, bits: bigint, row: number, keyed: boolean): void {
    this.#noted.push({ table, column, bits, row, keyed });
  }

  /** Columns that values were noted for since a mark. */
  since(mark: number): ReadonlySet<string> {
    return new Set(this.#noted.slice(mark).map(({ column }) => column));
  }

  /** Forgets, in the file and here, what was noted before a mark for a column of a row that has a key. */
  replace(table: string, column: string, row: number, mark: number): void {
    this.#delete.run(table, column, this.#runNumber, new Uint8Array(BigInt64Array.of(BigInt(row)).buffer));
    this.#noted = this.#noted.filter(
      (noted, i) => i >= mark || noted.table !== table || noted.column !== column || noted.row !== row,
    );
  }

  /** Forgets what was noted since a mark, for rows that were refused or are bound again. */
  goBack(mark: number): void {
    this.#noted.length = mark;
  }

  write(): void {
    if (this.#noted.length === 0) return;
    const groups = Map.groupBy(
      this.#noted,
      ({ table, column, bits, row, keyed }) => `${table} ${column} ${bits} ${keyed ? row : ''}`,
    );
    for (const group of groups.values()) {
      const { table, column, bits } = group[0]!;
      const value = new Uint8Array(BigUint64Array.of(bits).buffer);
      const rows = new Uint8Array(BigInt64Array.from(group, ({ row }) => BigInt(row)).buffer);
      this.#insert.run(table, column, this.#runNumber, value, rows);
    }
    this.goBack(0);
  }
}
