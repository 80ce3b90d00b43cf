import type { DatabaseSync, StatementSync } from 'node:sqlite';

interface Exact {
  readonly table: string;
  readonly column: string;
  readonly bits: bigint;
  readonly row: number;
}

/** Collects what SQLite cannot hold, and writes it as one row for each value of a column. */
export class ExactValues {
  readonly #insert: StatementSync;
  readonly #runNumber: number;
  readonly #noted: Exact[] = [];

  constructor(database: DatabaseSync, runNumber: number) {
    this.#insert = database.prepare('INSERT INTO simtape_exact VALUES (?, ?, ?, ?, ?)');
    this.#runNumber = runNumber;
  }

  /** How many values are noted: a place to go back to. */
  get mark(): number {
    return this.#noted.length;
  }

  note(table: string, column: string, bits: bigint, row: number): void {
    this.#noted.push({ table, column, bits, row });
  }

  /** Forgets what was noted since a mark, for rows that were refused or are bound again. */
  goBack(mark: number): void {
    this.#noted.length = mark;
  }

  write(): void {
    if (this.#noted.length === 0) return;
    const groups = Map.groupBy(this.#noted, ({ table, column, bits }) => `${table} ${column} ${bits}`);
    for (const group of groups.values()) {
      const { table, column, bits } = group[0]!;
      const value = new Uint8Array(BigUint64Array.of(bits).buffer);
      const rows = new Uint8Array(BigInt64Array.from(group, ({ row }) => BigInt(row)).buffer);
      this.#insert.run(table, column, this.#runNumber, value, rows);
    }
    this.goBack(0);
  }
}
