import { join } from 'node:path';
import type { WriteReport } from '../../../src/backends/backend.ts';
import type { Commit } from '../../../src/backends/commit.ts';
import { Hdf5Backend } from '../../../src/backends/hdf5/backend.ts';
import type { Hdf5Options } from '../../../src/backends/hdf5/options.ts';
import type { IdRange } from '../../../src/buffer/link.ts';
import { resolveConfig } from '../../../src/config/recorder-config.ts';
import { openRecording } from '../../../src/read/index.ts';
import type { TablePlan } from '../../../src/schema/plan.ts';
import { describeRun } from '../../../src/writer/provenance.ts';
import { Flight } from '../../support/flight.ts';
import { MemoryBackend } from '../../support/memory-backend.ts';
import { scratch } from '../scratch.ts';

/** An HDF5 backend under the real drain, whose commits a test can hold open, and take back. */
export class Driver {
  readonly path: string;
  readonly backend: Hdf5Backend;
  readonly flight: Flight;
  number = 1;
  open = false;

  constructor(hdf5: Partial<Hdf5Options> = {}, memoryBytes: number = 40e6) {
    this.path = join(scratch(), 'flight.h5');
    const config = resolveConfig({ backend: 'hdf5', hdf5 });
    this.backend = new Hdf5Backend(
      {
        path: this.path,
        directory: '.',
        flushIntervalMs: 100,
        durability: 'process',
        memoryBytes,
        options: {},
      },
      config.hdf5,
    );
    this.backend.open(describeRun(config, 'flight'));
    this.flight = new Flight({ backend: new Forwarding(this), diligence: 'asleep' });
  }

  /** Records steps and gives them to the backend: all that came since the last time. */
  commit(
    steps: readonly (readonly [step: number, episode: number])[],
    data: object = {},
    open = false,
  ): void {
    for (const [step, episode] of steps) this.flight.steps.record({ v: step, ...data }, step, episode);
    this.flush(open);
  }

  flush(open = false): void {
    this.open = open;
    this.flight.writer.flush();
    const [error] = this.flight.writer.reported;
    if (error !== undefined) throw error;
    if (!open) this.number++;
  }

  /** Numbers of the steps of an episode, as they are read. */
  async steps(episode: number): Promise<number[]> {
    using reader = await openRecording(this.path);
    const rows = await Array.fromAsync(reader.table('steps').rows());
    return rows.filter((row) => Number(row.episode_id) === episode).map((row) => Number(row.step_number));
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
