import { statSync } from 'node:fs';
import { isSimtapeError, SimtapeError } from '../errors.ts';
import { findRecordings } from '../read/find.ts';
import type { Reader } from '../read/reader.ts';
import type { Compression, ExportFormat } from './formats.ts';
import type { ExportOptions } from './options.ts';
import type { Rows } from './source.ts';

/** What is written, and how. */
export interface ExportJob<Format extends ExportFormat = ExportFormat> {
  readonly reader: Reader;
  readonly rows: Rows;
  readonly format: Format;
  readonly compression: Compression;
  readonly options: Omit<ExportOptions, 'format'>;
  /** Paths of the recordings that are read. */
  readonly sources: readonly string[];
}

/** What an export or conversion rejects with: errors of ours and the signal's reason as they are, all else as a failure. */
export function failed(path: string, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (isSimtapeError(cause) || (signal?.aborted === true && cause === signal.reason)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `${path} could not be written: ${why}; nothing of it is left`;
  return new SimtapeError('ExportFailed', message, { path }, cause);
}

/** The recordings that a reader reads: itself, or those of its folder. */
export function sourcesOf({ path }: Pick<Reader, 'path'>): string[] {
  return statSync(path).isDirectory() ? findRecordings(path) : [path];
}
