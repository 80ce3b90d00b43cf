import { join } from 'node:path';
import { Hdf5Backend } from '../../../src/backends/hdf5/backend.ts';
import type { Hdf5Options } from '../../../src/backends/hdf5/options.ts';
import { resolveConfig } from '../../../src/config/recorder-config.ts';
import { openRecording } from '../../../src/read/index.ts';
import { describeRun } from '../../../src/writer/provenance.ts';
import { BackendDriver } from '../driver.ts';
import { scratch } from '../scratch.ts';

/** An HDF5 backend that a test drives. */
export class Driver extends BackendDriver<Hdf5Backend> {
  readonly path: string;

  constructor(hdf5: Partial<Hdf5Options> = {}, memoryBytes: number = 40e6) {
    const path = join(scratch(), 'flight.h5');
    const config = resolveConfig({ backend: 'hdf5', hdf5 });
    const backend = new Hdf5Backend(
      { path, directory: '.', flushIntervalMs: 100, durability: 'process', memoryBytes, options: {} },
      config.hdf5,
    );
    backend.open(describeRun(config, 'flight'));
    super(backend);
    this.path = path;
  }

  /** Numbers of the steps of an episode, as they are read. */
  async steps(episode: number): Promise<number[]> {
    using reader = await openRecording(this.path);
    const rows = await Array.fromAsync(reader.table('steps').rows());
    return rows.filter((row) => Number(row.episode_id) === episode).map((row) => Number(row.step_number));
  }
}
