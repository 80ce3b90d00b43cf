import { isSimtapeError } from '../errors.ts';
import type { Reader, Run } from '../read/reader.ts';
import { openRecording } from '../read/recording.ts';

/** A run, and the reader of the recording that it is in. */
export interface SourceRun {
  readonly reader: Reader;
  readonly run: Run;
}

/**
 * The runs of a reader, each from its own recording where the reader is one of a folder: there every run has the
 * columns that were recorded for it. What is read of a recording is one moment's.
 *
 * @param sources paths of the recordings that it reads
 * @param wanted only this run
 */
export async function* sourceRuns(
  reader: Reader,
  sources: readonly string[],
  wanted: string | undefined,
): AsyncGenerator<SourceRun, void> {
  const left = new Set(reader.runs().map(({ runId }) => runId));
  if (wanted !== undefined) for (const run of left) if (run !== wanted) left.delete(run);
  for (const path of sources) {
    const one = path === reader.path ? reader : await opened(path);
    if (one === null) continue;
    try {
      using _ = one.snapshot?.();
      for (const run of one.runs()) if (left.delete(run.runId)) yield { reader: one, run };
    } finally {
      if (one !== reader) one.close();
    }
  }
}

/** A recording of a folder; null where it cannot be read, which the folder's reader has noted. */
async function opened(path: string): Promise<Reader | null> {
  try {
    return await openRecording(path);
  } catch (error) {
    if (isSimtapeError(error)) return null;
    throw error;
  }
}
