import { join } from 'node:path';
import type { RecorderConfig } from '../../../src/config/recorder-config.ts';
import { createRecorder } from '../../../src/create-recorder.ts';
import type { Recorder } from '../../../src/record/recorder.ts';
import { scratch } from '../scratch.ts';

/** Folder of a run that is not there yet. */
export function freshRun(): string {
  return join(scratch(), 'flight');
}

/** Records into a folder and closes, on the test's own thread. */
export async function recordRun(
  folder: string,
  simulate: (recorder: Recorder) => void | Promise<void>,
  config: RecorderConfig = {},
): Promise<void> {
  const recorder = await createRecorder({ backend: 'parquet', path: folder, thread: false, ...config });
  try {
    await simulate(recorder);
  } finally {
    await recorder.close();
  }
}
