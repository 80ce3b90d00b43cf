import {
  ALL_IDS,
  ALL_WRITTEN,
  type MaybePromise,
  type OpenedBackend,
  type StorageBackend,
  type WriteReport,
} from '../backends/backend.ts';
import type { Commit, TableRows } from '../backends/commit.ts';
import type { IdRange } from '../buffer/link.ts';
import { SimtapeError, show } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';
import { andThen } from '../writer/maybe-promise.ts';
import { type PlainRow, plainRows } from './plain-rows.ts';

/** What stores rows: each method takes some, and says how many bytes it wrote. */
export interface WriteMethods {
  /** Name of the class, for messages. */
  readonly name: string;
  readonly steps: (rows: readonly PlainRow[]) => MaybePromise<number>;
  readonly episodes: (rows: readonly PlainRow[]) => MaybePromise<number>;
  /** Rows of every other table; null where there is none for them. */
  readonly table: ((table: string, rows: readonly PlainRow[]) => MaybePromise<number>) | null;
  readonly close: () => MaybePromise<void>;
}

/**
 * Stores rows through methods of an object, on its own thread. A method that throws has stored nothing of what it got;
 * where it is called again for a passing error, methods that came before it in the commit are not.
 */
export class MethodBackend implements StorageBackend {
  bytesWritten = 0;
  readonly #methods: WriteMethods;
  readonly #path: string | null;
  /** Episodes that have begun and have not been handed over. */
  readonly #begun = new Map<unknown, PlainRow>();
  /** Tables of the commit under way that are stored. */
  readonly #stored = new Set<string>();

  constructor(methods: WriteMethods, path: string | null) {
    this.#methods = methods;
    this.#path = path;
  }

  open(): OpenedBackend {
    return { path: this.#path };
  }

  createTable({ name }: TablePlan): IdRange {
    const own = name === 'steps' || name === 'episodes';
    if (!own && this.#methods.table === null) {
      throw new SimtapeError(
        'InvalidSchema',
        `${this.#methods.name} stores steps and episodes only: give it writeTableData(table, rows) to record the table ${name}`,
        { table: name },
      );
    }
    return ALL_IDS;
  }

  write({ tables }: Commit): MaybePromise<WriteReport> {
    const writeFrom = (i: number): MaybePromise<WriteReport> => {
      const table = tables[i];
      if (table === undefined) {
        this.#stored.clear();
        return ALL_WRITTEN;
      }
      if (this.#stored.has(table.plan.name)) return writeFrom(i + 1);
      return andThen(this.#writeTable(table), () => {
        this.#stored.add(table.plan.name);
        return writeFrom(i + 1);
      });
    };
    return writeFrom(0);
  }

  close(): MaybePromise<void> {
    const unfinished = [...this.#begun.values()];
    this.#begun.clear();
    const written = unfinished.length === 0 ? 0 : this.#methods.episodes(unfinished);
    return andThen(written, (bytes) => {
      this.#count(bytes, 'writeEpisodeData');
      return this.#methods.close();
    });
  }

  #writeTable(table: TableRows): MaybePromise<void> {
    const { name } = table.plan;
    const rows = plainRows(table);
    if (name === 'episodes') return this.#writeEpisodes(rows);
    if (name === 'steps') {
      return andThen(this.#methods.steps(rows), (bytes) => this.#count(bytes, 'writeStepData'));
    }
    return andThen(this.#methods.table!(name, rows), (bytes) => this.#count(bytes, 'writeTableData'));
  }

  /** An episode has a row when it begins and another when it ends; they are handed over as one, at its end. */
  #writeEpisodes(rows: readonly PlainRow[]): MaybePromise<void> {
    const ended = new Map<unknown, PlainRow>();
    for (const row of rows) {
      const { episode_id: id } = row;
      const united = unite(ended.get(id) ?? this.#begun.get(id), row);
      if (united.end_timestamp === null) this.#begun.set(id, united);
      else ended.set(id, united);
    }
    if (ended.size === 0) return;
    return andThen(this.#methods.episodes([...ended.values()]), (bytes) => {
      this.#count(bytes, 'writeEpisodeData');
      for (const id of ended.keys()) this.#begun.delete(id);
    });
  }

  #count(bytes: number, method: string): void {
    if (!Number.isFinite(bytes) || bytes < 0) {
      throw new TypeError(
        `${method} of ${this.#methods.name} returned ${show(bytes)}, not how many bytes it wrote`,
      );
    }
    this.bytesWritten += bytes;
  }
}

/** What a later row says goes over what is known; nulls leave it. */
function unite(known: PlainRow | undefined, row: PlainRow): PlainRow {
  if (known === undefined) return row;
  const said = Object.entries(row).filter(([, value]) => value !== null);
  return { ...row, ...known, ...Object.fromEntries(said) };
}
