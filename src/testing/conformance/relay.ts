import {
  joinReports,
  type MaybePromise,
  type OpenedBackend,
  type RunInfo,
  type StorageBackend,
  type WriteReport,
} from '../../backends/backend.ts';
import type { Commit, Slice } from '../../backends/commit.ts';
import type { IdRange } from '../../buffer/link.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { andThen } from '../../writer/maybe-promise.ts';
import { BorrowedCommit, halves } from './borrowed-commit.ts';

/**
 * How commits reach the backend that is tested: as they are; in two parts; with the first part taken back and the whole
 * given once more; with the second part only at the next commit or at the end; or a first time with a value that throws
 * where it is read.
 */
export const STRATEGIES = ['whole', 'parts', 'abandon', 'hold', 'fail', 'no end'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Stands between the recorder and the backend that is tested. */
export class Relay implements StorageBackend {
  readonly #backend: StorageBackend;
  readonly #strategy: Strategy;
  #number = 0;
  #held: BorrowedCommit | null = null;

  constructor(backend: StorageBackend, strategy: Strategy) {
    this.#backend = backend;
    this.#strategy = strategy;
  }

  open(run: RunInfo): MaybePromise<OpenedBackend> {
    return this.#backend.open(run);
  }

  createTable(plan: TablePlan): MaybePromise<IdRange> {
    return this.#backend.createTable(plan);
  }

  write(commit: Commit): MaybePromise<WriteReport> {
    return andThen(this.#release(), () => {
      const numbered = { ...commit, number: ++this.#number, open: false };
      switch (this.#strategy) {
        case 'parts':
          return this.#inParts(numbered);
        case 'abandon':
          return this.#abandoned(numbered);
        case 'hold':
          return this.#hold(numbered);
        case 'fail':
          return this.#failing(numbered);
        default:
          return this.#give(numbered);
      }
    });
  }

  close(endTimestamp: number | null): MaybePromise<void> {
    return andThen(this.#release(), () =>
      this.#backend.close(this.#strategy === 'no end' ? null : endTimestamp),
    );
  }

  /** Hands over a copy, which is gone once the backend has answered. */
  #give(commit: Commit): MaybePromise<WriteReport> {
    const borrowed = new BorrowedCommit(commit);
    return andThen(
      () => this.#backend.write(borrowed.commit),
      (report) => {
        borrowed.overwrite();
        return report;
      },
      (error) => {
        borrowed.overwrite();
        throw error;
      },
    );
  }

  #inParts(commit: Commit): MaybePromise<WriteReport> {
    const parts = halves(commit);
    if (parts === null) return this.#give(commit);
    return andThen(this.#give(parts[0]), (first) =>
      andThen(this.#give(parts[1]), (second) => joinReports(first, second)),
    );
  }

  #abandoned(commit: Commit): MaybePromise<WriteReport> {
    const parts = halves(commit);
    if (parts === null) return this.#give(commit);
    return andThen(this.#give(parts[0]), () => {
      if (this.#backend.abandon === undefined) throw new Error('the backend has no method abandon');
      return andThen(this.#backend.abandon(), () => this.#give(commit));
    });
  }

  #hold(commit: Commit): MaybePromise<WriteReport> {
    const parts = halves(commit);
    if (parts === null) return this.#give(commit);
    this.#held = new BorrowedCommit(parts[1]);
    return this.#give(parts[0]);
  }

  /** Gives what was held back; ends the commit that is open. */
  #release(): MaybePromise<void> {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    return andThen(this.#give(held.commit), () => {});
  }

  #failing(commit: Commit): MaybePromise<WriteReport> {
    if (!hasJson(commit)) return this.#give(commit);
    return andThen(
      () => this.#give(spoilt(commit)),
      () => {
        throw new Error('write answered although a value could not be read: its error has to come out');
      },
      (error) => {
        if (error instanceof SpoiltValue || (error as Error).cause instanceof SpoiltValue)
          return this.#give(commit);
        throw error;
      },
    );
  }
}

class SpoiltValue extends Error {}

function hasJson({ tables }: Commit): boolean {
  return tables.some(({ plan }) => plan.columns.some(({ kind }) => kind === 'json'));
}

/** A commit of which the last JSON value of each slice cannot be read. */
function spoilt(commit: Commit): Commit {
  const spoil = (slice: Slice): Slice => {
    const rows = slice.to - slice.from;
    let read = 0;
    const jsonText = (at: number) => {
      if (++read >= rows) throw new SpoiltValue('this value cannot be read');
      return slice.jsonText(at);
    };
    return { ...slice, jsonText };
  };
  return { ...commit, tables: commit.tables.map((table) => ({ ...table, slices: table.slices.map(spoil) })) };
}
