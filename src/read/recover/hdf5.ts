import { existsSync, rmSync } from 'node:fs';
import { Hdf5Backend } from '../../backends/hdf5/backend.ts';
import { journalFolder } from '../../backends/hdf5/place.ts';
import { resolveConfig } from '../../config/recorder-config.ts';
import { segmentsIn } from '../../journal/index.ts';
import { Contents } from '../hdf5/contents.ts';
import { heldRun } from '../hdf5/held-run.ts';
import { journalLosses, journalNotes, leftNotes, replayJournal } from './journal.ts';
import { refuseForeign, refuseLiving } from './refusals.ts';
import type { RecoverOptions, RecoverReport } from './report.ts';

/** Bytes that chunks may take while a journal is replayed. */
const MEMORY_BYTES = 64 * 2 ** 20;

/**
 * Finishes a file: goes on at its last checkpoint, and records the commits that only the journal has once more, by the
 * backend itself. Only when the file says that its run has ended, the journal goes.
 *
 * @throws `CannotOpen` where a process still writes it, `NotARecording`, `NewerFormat`
 */
export async function recoverHdf5(
  path: string,
  { dryRun = false, force = false }: RecoverOptions,
): Promise<RecoverReport> {
  using contents = await Contents.open(path);
  const { run, journal } = contents;
  if (run.state === 'ended') return cleanUp(path, dryRun);
  refuseLiving(path, run.writer, force);
  refuseForeign(path, run.runId, journal);
  const held = heldRun(contents);
  const losses = lossesOf(contents);
  const report = {
    path,
    format: 'hdf5',
    tables: contents.plans.map(({ name }) => ({
      name,
      inFiles: rowsInFile(contents, name),
      fromJournal: contents.recovered().get(name) ?? 0,
    })),
    losses,
    notes: journal === null ? [] : journalNotes(journal.report, run.lastCommit),
  };
  if (dryRun) return { ...report, outcome: 'recoverable' };
  // The library reads the file no more: from here on it changes.
  contents.file.close();
  const { hdf5 } = resolveConfig({ backend: 'hdf5', hdf5: run.storage });
  const backend = new Hdf5Backend(
    {
      path,
      directory: '',
      flushIntervalMs: 0,
      durability: run.durability,
      memoryBytes: MEMORY_BYTES,
      options: {},
    },
    hdf5,
  );
  backend.resume(path, run.runId, run.storage, held);
  if (journal !== null) replayJournal(journal, run.lastCommit, backend);
  backend.markRecovered({ timestamp: Date.now() / 1000, losses });
  backend.close(null);
  journal?.close();
  removeJournal(path);
  return { ...report, outcome: 'recovered' };
}

function lossesOf({ run, journal }: Contents): string[] {
  if (run.durability === 'none') {
    return [
      'the run was recorded without a journal (durability none): rows behind the last checkpoint are lost',
    ];
  }
  return journal === null ? [] : journalLosses(journal.report, run.lastCommit);
}

function rowsInFile(contents: Contents, name: string): number {
  return contents.groupsOf(name).reduce((sum, { rows }) => sum + rows, 0);
}

/** A run that has ended may have been killed before it had tidied up. */
function cleanUp(path: string, dryRun: boolean): RecoverReport {
  const left = segmentsIn(journalFolder(path));
  const isThere = existsSync(journalFolder(path));
  if (!dryRun && isThere) removeJournal(path);
  const notes = leftNotes(left.length, dryRun);
  return { path, format: 'hdf5', outcome: 'nothing', tables: [], losses: [], notes };
}

function removeJournal(path: string): void {
  rmSync(journalFolder(path), { recursive: true, force: true });
}
