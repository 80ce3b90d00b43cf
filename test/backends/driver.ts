import type { WriteReport } from '../../src/backends/backend.ts';
import type { Commit } from '../../src/backends/commit.ts';
import type { IdRange } from '../../src/buffer/link.ts';
import type { TablePlan } from '../../src/schema/plan.ts';
import { Flight } from '../support/flight.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

/** What a driver needs of a backend, which has been opened. */
export interface DrivenBackend {
  createTable(plan: TablePlan): IdRange;
  write(commit: Commit): WriteReport;
}

/** A step and the episode that it belongs to. */
export type StepOf = readonly [step: number, episode: number];

/** A backend under the real drain, whose commits a test can hold open, and take back. */
export class BackendDriver<Backend extends DrivenBackend> {
  readonly backend: Backend;
  readonly flight: Flight;
  /** What commits are given as; each flush of `flight` is one call. */
  number = 1;
  open = false;

  constructor(backend: Backend) {
    this.backend = backend;
    this.flight = new Flight({ backend: new Forwarding(this), diligence: 'asleep' });
  }

  /** Records steps and gives them to the backend: all that came since the last time. */
  commit(
    steps: readonly StepOf[],
    data: object | ((step: number) => object) = {},
    open: boolean = false,
  ): void {
    for (const [step, episode] of steps) {
      const more = typeof data === 'function' ? data(step) : data;
      this.flight.steps.record({ v: step, ...more }, step, episode);
    }
    this.flush(open);
  }

  flush(open: boolean = false): void {
    this.open = open;
    this.flight.writer.flush();
    const [error] = this.flight.writer.reported;
    if (error !== undefined) throw error;
    if (!open) this.number++;
  }
}

class Forwarding extends MemoryBackend {
  readonly #driver: BackendDriver<DrivenBackend>;

  constructor(driver: BackendDriver<DrivenBackend>) {
    super();
    this.#driver = driver;
  }

  override createTable(plan: TablePlan): IdRange {
    this.#driver.backend.createTable(plan);
    return super.createTable(plan);
  }

  override write(commit: Commit): WriteReport {
    const { backend, number, open } = this.#driver;
    return backend.write({ ...commit, number, open });
  }
}

/** Steps `from` to `to` (not included) of an episode. */
export function steps(episode: number, from: number, to: number): StepOf[] {
  return Array.from({ length: to - from }, (_, i) => [from + i, episode]);
}
