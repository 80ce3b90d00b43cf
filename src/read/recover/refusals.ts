import { hostname } from 'node:os';
import { isWriterAlive, type WriterProcess } from '../../backends/writer-process.ts';
import { SimtapeError } from '../../errors.ts';
import type { Journal } from '../../journal/index.ts';

/**
 * Refuses a recording that a process still writes.
 * @param force takes one whose process is on another machine, of which nothing is known here
 * @throws `CannotOpen`
 */
export function refuseLiving(path: string, writer: WriterProcess | null, force: boolean): void {
  if (writer === null || !isWriterAlive(writer)) return;
  const isHere = writer.host === hostname();
  if (!isHere && force) return;
  const why = isHere
    ? 'recover it once that has ended'
    : 'of which nothing is known here; where you know that it has ended, recover with --force';
  throw new SimtapeError(
    'CannotOpen',
    `${path} is being recorded by process ${writer.pid} on ${writer.host}: ${why}`,
    { path },
  );
}

/**
 * Refuses a journal that is another run's.
 * @throws `NotARecording`
 */
export function refuseForeign(path: string, runId: string, journal: Journal | null): void {
  const found = journal?.report.runId ?? runId;
  if (found === runId) return;
  throw new SimtapeError(
    'NotARecording',
    `${path} is run ${runId}, but its journal is that of run ${found}: move the journal to where it belongs`,
    { path },
  );
}
