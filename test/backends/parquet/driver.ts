import type { Durability, WriteReport } from '../../../src/backends/backend.ts';
import type { Commit } from '../../../src/backends/commit.ts';
import { ParquetBackend } from '../../../src/backends/parquet/backend.ts';
import type { ParquetOptions } from '../../../src/backends/parquet/options.ts';
import type { IdRange } from '../../../src/buffer/link.ts';
import { resolveConfig } from '../../../src/config/recorder-config.ts';
import type { TablePlan } from '../../../src/schema/plan.ts';
import { describeRun } from '../../../src/writer/provenance.ts';
import { Flight } from '../../support/flight.ts';
import { MemoryBackend } from '../../support/memory-backend.ts';
import { freshRun } from './run.ts';

export interface DriverOptions {
  readonly folder?: string;
  readonly parquet?: Partial<ParquetOptions>;
  readonly memoryBytes?: number;
  readonly durability?: Durability;
}

/** A Parquet backend under the real drain, whose commits a test can hold open, and take back. */
export class Driver {
  readonly folder: string;
  readonly backend: ParquetBackend;
  readonly flight: Flight;
  /** What commits are given as; each flush of `flight` is one call. */
  number = 1;
  open = false;

  constructor({
    folder = freshRun(),
    parquet = {},
    memoryBytes = 40e6,
    durability = 'process',
  }: DriverOptions = {}) {
    this.folder = folder;
    const config = resolveConfig({ backend: 'parquet', parquet: { compression: 'none', ...parquet } });
    this.backend = new ParquetBackend(
      { path: folder, directory: '.', flushIntervalMs: 100, durability, memoryBytes, options: {} },
      config.parquet,
      undefined,
    );
    this.backend.open(describeRun(config, 'flight'));
    this.flight = new Flight({ backend: new Forwarding(this), diligence: 'asleep' });
  }

  /** Records steps of an episode and gives them to the backend: all that came since the last time. */
  commit(
    steps: readonly (readonly [step: number, episode: number])[],
    data: object | ((step: number) => object) = {},
    open = false,
  ): void {
    for (const [step, episode] of steps) {
      const more = typeof data === 'function' ? data(step) : data;
      this.flight.steps.record({ v: step, ...more }, step, episode);
    }
    this.flush(open);
  }

  flush(open = false): void {
    this.open = open;
    this.flight.writer.flush();
    const [error] = this.flight.writer.reported;
    if (error !== undefined) throw error;
    if (!open) this.number++;
  }
}

class Forwarding extends MemoryBackend {
  readonly #driver: Driver;

  constructor(driver: Driver) {
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
export function steps(episode: number, from: number, to: number): [step: number, episode: number][] {
  return Array.from({ length: to - from }, (_, i) => [from + i, episode]);
}
