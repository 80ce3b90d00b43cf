import type { Durability } from '../../../src/backends/backend.ts';
import { ParquetBackend } from '../../../src/backends/parquet/backend.ts';
import type { ParquetOptions } from '../../../src/backends/parquet/options.ts';
import { resolveConfig } from '../../../src/config/recorder-config.ts';
import { describeRun } from '../../../src/writer/provenance.ts';
import { BackendDriver } from '../driver.ts';
import { freshRun } from './run.ts';

export interface DriverOptions {
  readonly folder?: string;
  readonly parquet?: Partial<ParquetOptions>;
  readonly memoryBytes?: number;
  readonly durability?: Durability;
}

/** A Parquet backend that a test drives. */
export class Driver extends BackendDriver<ParquetBackend> {
  readonly folder: string;

  constructor({
    folder = freshRun(),
    parquet = {},
    memoryBytes = 40e6,
    durability = 'process',
  }: DriverOptions = {}) {
    const config = resolveConfig({ backend: 'parquet', parquet: { compression: 'none', ...parquet } });
    const backend = new ParquetBackend(
      { path: folder, directory: '.', flushIntervalMs: 100, durability, memoryBytes, options: {} },
      config.parquet,
      undefined,
    );
    backend.open(describeRun(config, 'flight'));
    super(backend);
    this.folder = folder;
  }
}
