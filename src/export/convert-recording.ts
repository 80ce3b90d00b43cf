import { resolve } from 'node:path';
import { SimtapeError } from '../errors.ts';
import { openRecording } from '../read/recording.ts';
import { compressionFor, formatOfName } from './formats.ts';
import { failed, sourcesOf } from './job.ts';
import { type ConvertOptions, checkConvertOptions } from './options.ts';
import { type ExportReport, sizeOf } from './report.ts';
import { checkRun } from './source.ts';
import { type RecordingFormat, writeRuns } from './write-runs.ts';

/** What a conversion made. */
export interface ConvertReport extends ExportReport {
  readonly format: RecordingFormat;
  /** Ids of the runs, in their order. */
  readonly runs: readonly string[];
}

/**
 * Converts a recording into one of another format: all runs, tables, values to the bit, and what is known of each run.
 * `openRecording` opens the result. A run that goes on, or whose process is gone, is converted up to its last commit, and
 * has no end.
 *
 * SQLite holds several runs in one file, of Parquet and Arrow each has a folder in the destination; HDF5 holds one. Where
 * two runs of one SQLite file would have the same row ids, those of the later one get new numbers, and references with them.
 *
 * @param destination a file in `.db` or `.h5`, or a folder
 * @throws `InvalidConfig` for options, `NotFound` for a run that there is not, `CannotOpen` where something is at the
 * destination already or nothing can be written there, `RowsRejected` where a row refers to one that there is not and the
 * destination is SQLite, `ExportFailed` with the reason as its cause
 */
export async function convertRecording(
  source: string,
  destination: string,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  const started = performance.now();
  const checked = checkConvertOptions(options);
  const format = formatFor(destination, checked.format);
  const compression = compressionFor(format, checked.compression, checked.compressionLevel);
  checked.signal?.throwIfAborted();
  using reader = await openRecording(source);
  try {
    const { run } = checked;
    checkRun(reader, run);
    const rows = { run, episodes: undefined };
    const path = resolve(destination);
    const job = { reader, rows, format, compression, options: checked, sources: sourcesOf(reader) };
    const { rows: written, notes } = await writeRuns(job, path);
    const seconds = (performance.now() - started) / 1000;
    const runs = reader.runs().map(({ runId }) => runId);
    const converted = run === undefined ? runs : [run];
    const report = { path, format, runs: converted, rows: Object.fromEntries(written), seconds, notes };
    return { ...report, ...sizeOf(path) };
  } catch (error) {
    throw failed(destination, error, checked.signal);
  }
}

/** @throws `InvalidConfig` where the name stands for a format that cannot hold a recording */
function formatFor(destination: string, format: RecordingFormat | undefined): RecordingFormat {
  const found = format ?? formatOfName(destination).format ?? 'parquet';
  if (found === 'csv' || found === 'json' || found === 'ndjson') {
    throw new SimtapeError(
      'InvalidConfig',
      `format: ${found} cannot hold a recording: convert to sqlite (.db), hdf5 (.h5), or a folder of parquet or arrow; or export tables to it`,
      { key: 'format', value: found },
    );
  }
  return found;
}
