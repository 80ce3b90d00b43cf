import { createRecorder, type Recorder, type RecorderConfig } from '../../../src/index.ts';
import type { VerifyReport } from '../../../src/read/index.ts';

/** A recorder to an HDF5 file, of the run `r`, which writes on this thread. */
export function open(path: string, config: RecorderConfig = {}): Promise<Recorder> {
  return createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false, ...config });
}

/** What `verify` has found wrong. */
export function problems({ checks }: VerifyReport): string[] {
  return checks.flatMap((check) => check.problems);
}
