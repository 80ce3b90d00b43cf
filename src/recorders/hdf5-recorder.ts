import type { RecorderConfig } from '../config/recorder-config.ts';
import { BaseRecorder } from './base-recorder.ts';
import { ownConfig } from './own-backend.ts';

/** Records to HDF5: one file a run, a group an episode. */
export class HDF5Recorder extends BaseRecorder {
  constructor(config: RecorderConfig = {}) {
    super(ownConfig('hdf5', config));
  }

  /** Writes all that has come, ends the run and closes the file. */
  closeFile(): Promise<void> {
    return this.close();
  }
}
