import type { Commit, RunInfo, StorageBackend, WriteReport } from '../../src/index.ts';
import { readValue } from '../../src/index.ts';

/** A backend in memory, for recorders on the caller's thread. */
export class MemoryBackend implements StorageBackend {
  readonly commits: { number: number; open: boolean; rows: Record<string, number> }[] = [];
  readonly rows: Record<string, unknown>[] = [];
  run: RunInfo | null = null;
  closed = false;
  /** Called before each write; throws or rejects to fail it. */
  onWrite: (commit: Commit) => void | Promise<void> = () => {};

  open(run: RunInfo): { path: null } {
    this.run = run;
    return { path: null };
  }

  createTable(): { first: number; last: number } {
    return { first: 1, last: Number.MAX_SAFE_INTEGER };
  }

  write(commit: Commit): WriteReport | Promise<WriteReport> {
    const before = this.onWrite(commit);
    return before instanceof Promise ? before.then(() => this.#store(commit)) : this.#store(commit);
  }

  close(): void {
    this.closed = true;
  }

  #store({ number, open, tables }: Commit): WriteReport {
    const rows: Record<string, number> = {};
    for (const table of tables) {
      rows[table.plan.name] = table.rows;
      for (const slice of table.slices) {
        for (let row = slice.from; row < slice.to; row++) {
          const values = slice.plan.columns.map((column, i) => [column.name, readValue(slice, i, row)]);
          this.rows.push({
            table: table.plan.name,
            id: slice.firstId + row - slice.from,
            ...Object.fromEntries(values),
          });
        }
      }
    }
    this.commits.push({ number, open, rows });
    return { rejected: new Map(), examples: [] };
  }
}
