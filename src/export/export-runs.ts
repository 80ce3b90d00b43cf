import { basename } from 'node:path';
import { SimtapeError } from '../errors.ts';
import type { Reader, TableInfo } from '../read/reader.ts';
import { namedTables, withParents } from './choose-tables.ts';
import { Course } from './course.ts';
import { endingOf } from './formats.ts';
import type { ExportJob } from './job.ts';
import { backendFor } from './recording/backends.ts';
import { writeRun } from './recording/write-run.ts';
import { sourceRuns } from './recordings.ts';
import { sourceTable } from './source.ts';
import { checkFileTarget, Staging, syncFile } from './staging.ts';

/**
 * Exports whole tables into one file, which is a recording itself.
 * @returns rows written, by table
 */
export async function exportRuns(
  job: ExportJob<'hdf5' | 'sqlite'>,
  path: string,
): Promise<Map<string, number>> {
  const { reader, rows, format, compression, options, sources } = job;
  const names = options.tables && new Set(namedTables(reader, options.tables).map(({ name }) => name));
  if (format === 'hdf5') refuseSeveral(reader, rows.run, path);
  checkFileTarget({ path, overwrite: options.overwrite ?? false, sources });
  const staging = new Staging(path);
  // HDF5 files are known by their ending.
  const name = format === 'hdf5' ? `recording${endingOf(format)}` : basename(path);
  try {
    const written = new Map<string, number>();
    const course = new Course(
      options,
      reader.tables().reduce((sum, table) => sum + table.rows, 0),
    );
    for await (const source of sourceRuns(reader, sources, rows.run)) {
      const backend = await backendFor(format, staging.path(name), compression);
      const all = source.reader.tables();
      const chosen: TableInfo[] = names === undefined ? [...all] : all.filter((info) => names.has(info.name));
      const only = { ...rows, run: source.run.runId };
      const tables = withParents(chosen, all).map((info) => sourceTable(source.reader, info, only));
      const how = { episodesWithSteps: format === 'hdf5', renumber: format === 'sqlite' };
      for (const [table, count] of await writeRun(backend, source.run, tables, course, how)) {
        written.set(table, (written.get(table) ?? 0) + count);
      }
    }
    syncFile(staging.path(name));
    staging.publishFile(name);
    return written;
  } finally {
    staging.discard();
  }
}

/**
 * Refuses several runs where a file holds one.
 * @throws `InvalidConfig` naming the runs
 */
export function refuseSeveral(reader: Reader, run: string | undefined, path: string): void {
  const runs = reader.runs().map(({ runId }) => runId);
  if (run !== undefined || runs.length <= 1) return;
  throw new SimtapeError(
    'InvalidConfig',
    `${path} holds one run, and ${reader.path} has ${runs.length}: choose one of ${runs.slice(0, 10).join(', ')}${runs.length > 10 ? ', ...' : ''} (run)`,
    { key: 'run', value: run },
  );
}
