import { join } from 'node:path';
import type { Recorder, RecorderConfig } from '../../src/index.ts';
import { record, scratch } from '../backends/scratch.ts';

/** The backends whose recordings are read. */
export const BACKENDS = ['sqlite', 'parquet', 'hdf5'] as const;
export type Backend = (typeof BACKENDS)[number];

/** How the names of their recordings end. */
export const ENDINGS: Readonly<Record<Backend, string>> = { sqlite: '.db', parquet: '', hdf5: '.h5' };

/** How a recording of a backend is made in a test. */
export interface Place {
  /** Where there is no recording yet: a file, or a folder of a run. */
  readonly freshPath: () => string;
  readonly record: (
    path: string,
    simulate: (recorder: Recorder) => void,
    config?: RecorderConfig,
  ) => Promise<void>;
}

export function placeOf(backend: Backend): Place {
  return {
    freshPath: () => join(scratch(), `flight${ENDINGS[backend]}`),
    record: (path, simulate, config) => record(path, simulate, { backend, ...config }),
  };
}
