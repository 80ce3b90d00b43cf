import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SimtapeError } from '../errors.ts';
import { isRunFolder } from '../read/find.ts';
import type { Reader, Run, TableBatch, TableInfo } from '../read/reader.ts';
import { parentsFirst } from '../read/verify/keys.ts';
import { Course } from './course.ts';
import { encodersFor } from './files/encoders.ts';
import { type Compression, endingOf } from './formats.ts';
import type { ExportJob } from './job.ts';
import { backendFor } from './recording/backends.ts';
import { objectBatches } from './recording/own-objects.ts';
import { writeArrow } from './recording/write-arrow.ts';
import { type WrittenRun, writeRun } from './recording/write-run.ts';
import { sourceRuns } from './recordings.ts';
import { type SourceTable, sourceTable } from './source.ts';
import { Staging, syncFile, syncFiles } from './staging.ts';
import { checkFileTarget, checkFolderTarget } from './target.ts';

/** Formats of recordings. */
export type RecordingFormat = 'parquet' | 'hdf5' | 'sqlite' | 'arrow';

/** The file or folder in the staging folder that takes the target's place. */
const RECORDING = 'recording';

/**
 * Writes runs as a recording of another format. SQLite takes all of them into one file; of Parquet and Arrow each run has
 * a folder, which is the target itself where there is one run; HDF5 takes one run.
 *
 * @param names only these tables, and those that they refer to
 */
export async function writeRuns(
  job: ExportJob<RecordingFormat>,
  path: string,
  names?: ReadonlySet<string>,
): Promise<WrittenRun> {
  const { reader, rows, format, options, sources } = job;
  const target = { path, overwrite: options.overwrite ?? false, sources };
  const isFile = format === 'hdf5' || format === 'sqlite';
  if (format === 'hdf5') refuseSeveral(reader, rows.run, path);
  if (isFile) checkFileTarget(target);
  else checkFolderTarget(target, () => isRecordings(path));
  const several = rows.run === undefined && reader.runs().length > 1;
  const staging = new Staging(path);
  // HDF5 files are known by their ending.
  const file = `${RECORDING}${endingOf(format)}`;
  try {
    const written = new Map<string, number>();
    const notes: string[] = [];
    const total = reader.tables().reduce((sum, table) => sum + table.rows, 0);
    const course = new Course(options, total);
    for await (const { reader: source, run } of sourceRuns(reader, sources, rows.run)) {
      const all = source.tables();
      const chosen: readonly TableInfo[] =
        names === undefined ? all : all.filter(({ name }) => names.has(name));
      const only = { ...rows, run: run.runId };
      const tables = parentsFirst(chosen, all).map((info) => sourceTable(source, info, only));
      const to = isFile ? staging.path(file) : staging.path(RECORDING, several ? run.runId : '.');
      const own = source.ownObjects?.();
      const carries = format === 'hdf5' && names === undefined;
      const objects = carries && own !== undefined ? objectBatches(own.rows(), run, rows.episodes) : [];
      if (!carries && own !== undefined && own.paths.length > 0) notes.push(staysBehind(own.paths, format));
      const part = await writeOne(
        { format, compression: job.compression, path: to, run, tables, objects },
        course,
      );
      for (const [table, count] of part.rows) written.set(table, (written.get(table) ?? 0) + count);
      notes.push(...part.notes);
    }
    if (isFile) {
      syncFile(staging.path(file));
      staging.publishFile(file);
    } else {
      syncFiles(staging.path(RECORDING));
      staging.publishFolder(RECORDING);
    }
    return { rows: written, notes };
  } finally {
    staging.discard();
  }
}

/** A run, and where it goes. */
interface Copy {
  readonly format: RecordingFormat;
  readonly compression: Compression;
  readonly path: string;
  readonly run: Run;
  readonly tables: readonly SourceTable[];
  readonly objects: Iterable<TableBatch>;
}

async function writeOne(copy: Copy, course: Course): Promise<WrittenRun> {
  const { format, compression, path, run, tables, objects } = copy;
  if (format === 'arrow') {
    const encoders = await encodersFor(format, compression);
    return { rows: await writeArrow(path, encoders, compression, run, tables, course), notes: [] };
  }
  const backend = await backendFor(format, path, compression);
  const isDatabase = format === 'sqlite';
  const options = { episodesWithSteps: !isDatabase, renumber: isDatabase, objects };
  return writeRun(backend, run, tables, course, options);
}

/** That objects of the user's own are not in what is written. */
function staysBehind(paths: readonly string[], format: RecordingFormat): string {
  const some = `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ', …' : ''}`;
  const why =
    format === 'hdf5' ? 'only the tables that were named are written' : `${format} has no place for such`;
  const what = paths.length === 1 ? 'an object' : `${paths.length} objects`;
  return `left out: ${what} of your own in the HDF5 file (${some}), as ${why}`;
}

/** Whether a folder is a recording, or holds nothing but such folders. */
function isRecordings(path: string): boolean {
  return isRunFolder(path) || readdirSync(path).every((name) => isRunFolder(join(path, name)));
}

/**
 * Refuses several runs where a file holds one.
 * @throws `InvalidConfig` naming the runs
 */
function refuseSeveral(reader: Reader, run: string | undefined, path: string): void {
  const runs = reader.runs().map(({ runId }) => runId);
  if (run !== undefined || runs.length <= 1) return;
  const some = `${runs.slice(0, 10).join(', ')}${runs.length > 10 ? ', ...' : ''}`;
  throw new SimtapeError(
    'InvalidConfig',
    `run: an HDF5 file holds one run, and there are ${runs.length} in ${reader.path}: choose one of ${some} for ${path}`,
    { key: 'run', value: run },
  );
}
