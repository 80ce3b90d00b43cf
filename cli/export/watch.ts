import type { ExportProgress } from '../../src/export/index.ts';
import { isSimtapeError } from '../../src/index.ts';
import { tell } from '../output.ts';
import { describe, Failure } from '../problems.ts';
import { exitCodeOf } from '../simulation/stopper.ts';
import { Interrupt } from '../sql/interrupt.ts';
import { withProgress } from '../text/progress.ts';

interface Watching {
  readonly onProgress: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Does something with a bar on a terminal, and ends it with Ctrl-C.
 * @param done prints what came of it
 * @returns the exit code
 */
export async function watched<Report>(
  label: string,
  quiet: boolean,
  work: (watching: Watching) => Promise<Report>,
  done: (report: Report) => void,
): Promise<number> {
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  try {
    const report = await withProgress(label, quiet, (amount) =>
      work({
        signal,
        onProgress({ rows, totalRows }) {
          amount.done = rows;
          amount.total = totalRows;
        },
      }),
    );
    done(report);
    return 0;
  } catch (error) {
    if (signal.aborted) {
      tell('cancelled; nothing of it is left');
      return exitCodeOf('SIGINT');
    }
    if (!isSimtapeError(error)) throw error;
    throw new Failure(asOptions(describe(error)));
  }
}

/** A message in which what the library calls an option is what the command line calls it. */
function asOptions(message: string): string {
  return message
    .replace('(overwrite: true)', '(--force)')
    .replace('(tables)', '(--table)')
    .replace('(run)', '(--run)')
    .replace('(format)', '(--format)')
    .replace(/^run:/, '--run:')
    .replace('a path that ends in /', 'a path that ends in / or --table')
    .replace(/^partitionBy:/, '--partition-by:')
    .replace(/^compression =/, '--compression')
    .replace(/^level is/, '--level is');
}
