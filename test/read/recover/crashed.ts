import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRecorder, type Recorder, type RecorderConfig } from '../../../src/index.ts';
import { segmentsIn } from '../../../src/journal/index.ts';
import { scratch } from '../../backends/scratch.ts';

/** A run that was closed, and copies of it as kills would have left it before. */
export interface Recorded {
  readonly closed: string;
  readonly crashed: readonly string[];
}

/**
 * Records on this thread. Each call of `crash` keeps what stands on the disk at that moment, without a process that
 * writes it.
 */
export async function recordAndCrash(
  simulate: (recorder: Recorder, crash: () => void) => void,
  config: RecorderConfig = {},
): Promise<Recorded> {
  const folder = scratch();
  const closed = join(folder, 'closed');
  const crashed: string[] = [];
  const recorder = await createRecorder({ backend: 'parquet', path: closed, thread: false, ...config });
  const crash = (): void => {
    const copy = join(folder, `crashed-${crashed.length + 1}`);
    cpSync(closed, copy, { recursive: true });
    setWriter(copy, null);
    crashed.push(copy);
  };
  try {
    simulate(recorder, crash);
  } finally {
    await recorder.close();
  }
  return { closed, crashed };
}

/** Changes who the manifest says is writing. */
export function setWriter(folder: string, writer: object | null): void {
  const path = join(folder, 'run.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), writer }));
}

/** Paths of the journal's segments. */
export function segmentPaths(folder: string): string[] {
  return segmentsIn(join(folder, 'journal')).map((name) => join(folder, 'journal', name));
}
