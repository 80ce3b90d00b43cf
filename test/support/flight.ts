import type { Dictionary } from '../../src/record/fields.ts';
import { Steps } from '../../src/record/steps.ts';
import { type FakeOptions, FakeWriter } from './fake-writer.ts';
import type { StoredRow } from './memory-backend.ts';

/** Steps and episodes on a fake writer. */
export class Flight {
  readonly writer: FakeWriter;
  readonly steps: Steps;
  readonly warnings: string[] = [];
  #next = 0;

  constructor(options: FakeOptions = {}) {
    this.writer = new FakeWriter(options);
    this.steps = new Steps(this.writer.lane, (message) => this.warnings.push(message));
  }

  /** Records dictionaries as the next steps of episode 1. */
  record(...dictionaries: readonly unknown[]): void {
    for (const data of dictionaries) this.steps.record(data as Dictionary, this.#next++, 1);
  }

  /** All rows of `steps`. */
  stepRows(): StoredRow[] {
    this.writer.flush();
    return this.writer.backend.rows('steps');
  }

  /** Episode, step number and what else is asked for, of each row of `steps`. */
  brief(...columns: readonly string[]): unknown[][] {
    return this.stepRows().map((row) => [
      row.episode_id,
      row.step_number,
      ...columns.map((name) => row[name] ?? null),
    ]);
  }

  /** One column of `steps`. */
  column(name: string): unknown[] {
    return this.stepRows().map((row) => row[name] ?? null);
  }

  /** Rows of `episodes`, each completed by those that came later. */
  episodeRows(): StoredRow[] {
    this.writer.flush();
    return this.writer.backend.merged('episodes');
  }

  /** Names of the columns that `steps` has beyond the standard ones. */
  extraColumns(): string[] {
    const columns = this.writer.backend.plans.get('steps')!.columns.map(({ name }) => name);
    return columns.slice(columns.indexOf('reward') + 1);
  }

  kindOf(column: string): string | undefined {
    return this.writer.backend.plans.get('steps')!.columns.find(({ name }) => name === column)?.kind;
  }
}
