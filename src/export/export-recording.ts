import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SimtapeError } from '../errors.ts';
import { checkEpisodes } from '../read/episodes.ts';
import type { Reader } from '../read/reader.ts';
import { openRecording } from '../read/recording.ts';
import { namedTables } from './choose-tables.ts';
import { exportTables } from './export-tables.ts';
import {
  compressionFor,
  type ExportFormat,
  FORMATS,
  formatOfName,
  isTableFormat,
  type NamedFormat,
} from './formats.ts';
import { failed, sourcesOf } from './job.ts';
import { checkExportOptions, type ExportOptions } from './options.ts';
import { type ExportReport, sizeOf } from './report.ts';
import { checkRun, type Rows } from './source.ts';
import { cannotExport } from './target.ts';
import { writeRuns } from './write-runs.ts';

/**
 * Exports a recording, or a part of one, to files of another format. Nothing is at the path until all of it is there;
 * what was there before stays until then, and where the export fails.
 *
 * A path in a format of one table (parquet, csv, json, ndjson, arrow) gets `steps`, or the one of `tables`. A folder, a
 * path that ends in `/`, or several `tables`: one file a table. hdf5 and sqlite: one file with all tables, and with those
 * that chosen ones refer to.
 *
 * @param source path of a recording, or a reader, which stays open
 * @throws `InvalidConfig` for options, `NotFound` for runs, tables and episodes that there are not, `CannotOpen` where
 * something is at the path already or nothing can be written there, `ExportFailed` with the reason as its cause
 */
export async function exportRecording(
  source: string | Reader,
  outputPath: string,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const started = performance.now();
  const checked = checkExportOptions(options);
  if (outputPath === '') throw cannotExport("''", 'it is no path', 'name a file or a folder');
  const named = formatOfName(outputPath);
  const format = formatFor(outputPath, named, checked);
  refuseMisfits(checked, format);
  const compression = compressionFor(
    format,
    checked.compression ?? (format === named.format ? named.compression : undefined),
    checked.compressionLevel,
  );
  checked.signal?.throwIfAborted();
  const reader = typeof source === 'string' ? await openRecording(source) : source;
  try {
    using _ = reader.snapshot?.();
    const { run, filterEpisodes: episodes } = checked;
    const rows: Rows = { run, episodes };
    checkRun(reader, run);
    if (episodes !== undefined) await checkEpisodes(reader, episodes, run);
    const job = { reader, rows, format, compression, options: checked, sources: sourcesOf(reader) };
    const path = resolve(outputPath);
    const {
      rows: written,
      notes,
      paths,
    } = isTableFormat(format)
      ? { ...(await exportTables({ ...job, format }, path, isFolder(outputPath))), notes: [] }
      : { ...(await writeRuns({ ...job, format }, path, namesOf(reader, checked.tables))), paths: [path] };
    const seconds = (performance.now() - started) / 1000;
    return { path, format, rows: Object.fromEntries(written), ...sizeOf(...paths), seconds, notes };
  } catch (error) {
    throw failed(outputPath, error, checked.signal);
  } finally {
    if (typeof source === 'string') reader.close();
  }
}

function namesOf(reader: Reader, names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return names && new Set(namedTables(reader, names).map(({ name }) => name));
}

/** @throws `InvalidConfig` for a file whose ending stands for none that we know */
function formatFor(
  path: string,
  named: NamedFormat,
  { format, tables, partitionBy }: ExportOptions,
): ExportFormat {
  const found = format ?? named.format;
  if (found !== undefined) return found;
  const isFile = partitionBy === undefined && (tables?.length ?? 1) === 1 && !isFolder(path);
  const { ending } = named;
  if (!isFile || ending === '') return 'parquet';
  throw new SimtapeError(
    'InvalidConfig',
    `${path}: the ending ${ending} says no format: choose one (format) of ${FORMATS.join(', ')}`,
    { key: 'format', value: ending },
  );
}

function isFolder(path: string): boolean {
  return /[/\\]$/.test(path) || (existsSync(path) && statSync(path).isDirectory());
}

/** Options that say nothing about a format are refused, since they would be ignored. */
function refuseMisfits({ csv, partitionBy }: ExportOptions, format: ExportFormat): void {
  const refuse = (key: string, why: string) =>
    new SimtapeError('InvalidConfig', `${key}: ${why}`, { key, value: format });
  if (csv !== undefined && format !== 'csv') throw refuse('csv', `is for csv, not for ${format}`);
  if (partitionBy !== undefined && !isTableFormat(format)) {
    throw refuse(
      'partitionBy',
      `${format} holds all rows in one file: choose parquet, csv, json, ndjson or arrow`,
    );
  }
}
