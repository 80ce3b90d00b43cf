import { readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { codecFor } from '../../backends/codecs/codec-for.ts';
import { ParquetBackend } from '../../backends/parquet/backend.ts';
import { isTemporaryName } from '../../backends/parquet/files.ts';
import { Layout } from '../../backends/parquet/layout.ts';
import { JOURNAL_FOLDER, type Manifest } from '../../backends/parquet/manifest.ts';
import { resolveConfig } from '../../config/recorder-config.ts';
import { SimtapeError } from '../../errors.ts';
import { type Journal, segmentsIn } from '../../journal/index.ts';
import { journalCounts } from '../journal-rows.ts';
import { guarded } from '../parquet/damage.ts';
import { lookAtRun } from '../parquet/run-folder.ts';
import { Checks } from '../verify/checks.ts';
import { checkFiles, heldBy } from '../verify/parquet-files.ts';
import { heldTables } from './held-tables.ts';
import { journalLosses, journalNotes, leftNotes, replayJournal } from './journal.ts';
import { refuseForeign, refuseLiving } from './refusals.ts';
import type { RecoverOptions, RecoverReport } from './report.ts';

/** Bytes that row groups may take while a journal is replayed. */
const MEMORY_BYTES = 64 * 2 ** 20;

/**
 * Finishes a run: the commits of its journal that are in no file with a name are recorded once more, by the backend
 * itself; then the run gets its reports, and the manifest says that it has ended. Only then the journal goes.
 *
 * @throws `CannotOpen` where a process still writes it, `NotARecording`, `NewerFormat`
 */
export async function recoverParquetRun(
  folder: string,
  { dryRun = false, force = false }: RecoverOptions,
): Promise<RecoverReport> {
  const { manifest, files: named, journal } = lookAtRun(folder);
  if (manifest.state === 'ended') return cleanUp(folder, dryRun);
  try {
    refuseLiving(folder, manifest.writer, force);
    const { runId } = manifest.run;
    refuseForeign(folder, runId, journal);
    refuseLinks(folder);
    const checks = new Checks();
    const files = await checkFiles(named, (path) => relative(folder, path), runId, checks);
    const held = heldBy(files, new Layout(manifest.layout, runId), manifest.lastCommitHeld);
    const fromJournal = journal === null ? new Map<string, number>() : journalCounts(journal, held);
    const problems = checks.report(folder, 'parquet', 'crashed').checks.flatMap((check) => check.problems);
    const losses = [...problems, ...lossesOf(manifest, journal)];
    const tables = await guarded(folder, () => heldTables(manifest, files));
    const names = new Set([...tables.map(({ plan }) => plan.name), ...fromJournal.keys()]);
    const report = {
      path: folder,
      format: 'parquet',
      tables: Array.from(names, (name) => ({
        name,
        inFiles: tables.find(({ plan }) => plan.name === name)?.rows ?? 0,
        fromJournal: fromJournal.get(name) ?? 0,
      })),
      losses,
      notes: journal === null ? [] : journalNotes(journal.report, manifest.lastCommitHeld),
    };
    if (dryRun) return { ...report, outcome: 'recoverable' };
    const backend = await takeOver(manifest);
    backend.resume(folder, manifest, tables);
    removeTemporary(folder);
    if (journal !== null) replayJournal(journal, manifest.lastCommitHeld, backend);
    backend.markRecovered({ timestamp: Date.now() / 1000, losses });
    backend.close(null);
    journal?.close();
    removeJournal(folder);
    return { ...report, outcome: 'recovered' };
  } finally {
    journal?.close();
  }
}

/** Nothing is written through a link, which may lead anywhere. */
function refuseLinks(folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  const path = join(link.parentPath, link.name);
  throw new SimtapeError('CannotOpen', `${path} is a link: recover the run without it`, { path });
}

/** A run that has ended may have been killed before it had tidied up. */
function cleanUp(folder: string, dryRun: boolean): RecoverReport {
  const left = [...segmentsIn(join(folder, JOURNAL_FOLDER)), ...temporaryFiles(folder)];
  if (!dryRun) {
    removeTemporary(folder);
    removeJournal(folder);
  }
  const notes = leftNotes(left.length, dryRun);
  return { path: folder, format: 'parquet', outcome: 'nothing', tables: [], losses: [], notes };
}

async function takeOver({ durability }: Manifest): Promise<ParquetBackend> {
  const { parquet } = resolveConfig({ backend: 'parquet' });
  const codec = await codecFor(parquet.compression, parquet.compressionLevel);
  const config = {
    path: null,
    directory: '',
    flushIntervalMs: 0,
    durability,
    memoryBytes: MEMORY_BYTES,
    options: {},
  };
  return new ParquetBackend(config, parquet, codec);
}

function lossesOf(manifest: Manifest, journal: Journal | null): string[] {
  if (manifest.durability === 'none') {
    return [
      'the run was recorded without a journal (durability none): rows that were in no file yet are lost',
    ];
  }
  return journal === null ? [] : journalLosses(journal.report, manifest.lastCommitHeld);
}

function temporaryFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && isTemporaryName(entry.name))
    .map(({ name, parentPath }) => join(parentPath, name));
}

function removeTemporary(folder: string): void {
  for (const path of temporaryFiles(folder)) rmSync(path, { force: true });
}

function removeJournal(folder: string): void {
  rmSync(join(folder, JOURNAL_FOLDER), { recursive: true, force: true });
}
