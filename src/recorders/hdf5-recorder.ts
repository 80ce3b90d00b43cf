import type { RecorderConfig } from '../config/recorder-config.ts';
import type { Hdf5Dataset } from '../record/hdf5/dataset.ts';
import type { Hdf5DatasetOptions } from '../record/hdf5/dataset-options.ts';
import { Hdf5Objects } from '../record/hdf5/objects.ts';
import { BaseRecorder } from './base-recorder.ts';
import { ownConfig } from './own-backend.ts';

type Attributes = Parameters<Hdf5Objects['setAttributes']>[1];

/** Records to HDF5: one file a run, a group an episode, and groups, datasets and attributes of the caller's own. */
export class HDF5Recorder extends BaseRecorder {
  #objects: Hdf5Objects | null = null;

  constructor(config: RecorderConfig = {}) {
    super(ownConfig('hdf5', config));
  }

  /** As {@link Hdf5Objects.createGroup}. */
  createGroup(path: string, attributes?: Attributes): void {
    this.#own().createGroup(path, attributes);
  }

  /** As {@link Hdf5Objects.createDataset}. */
  createDataset(
    path: string,
    shape: readonly number[],
    dtype: string,
    options?: Hdf5DatasetOptions,
  ): Hdf5Dataset {
    return this.#own().createDataset(path, shape, dtype, options);
  }

  /** As {@link Hdf5Objects.setAttributes}. */
  setAttributes(path: string, attributes: Attributes): void {
    this.#own().setAttributes(path, attributes);
  }

  /** Writes all that has come, ends the run and closes the file. */
  closeFile(): Promise<void> {
    return this.close();
  }

  /** Made when it is used: a file whose run has no objects of its own has no table for them. */
  #own(): Hdf5Objects {
    this.#objects ??= new Hdf5Objects(this);
    return this.#objects;
  }
}
