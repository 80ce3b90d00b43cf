import { statSync } from 'node:fs';
import { SimtapeError } from '../errors.ts';
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
  readonly options: ExportOptions;
  /** Paths of the recordings that are read. */
  readonly sources: readonly string[];
}

/** Why an export or conversion did not come to its end. */
export function failed(path: string, cause: unknown): SimtapeError<'ExportFailed'> {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SimtapeError(
    'ExportFailed',
    `${path} could not be written: ${why}; nothing of it is left`,
    { path },
    cause,
  );
}

/** The recordings that a reader reads: itself, or those of its folder. */
export function sourcesOf({ path }: Pick<Reader, 'path'>): string[] {
  return statSync(path).isDirectory() ? findRecordings(path) : [path];
}
