import { extname } from 'node:path';
import { checkCompression } from '../backends/codecs/codec-for.ts';
import { SimtapeError, show } from '../errors.ts';

/** Formats that a recording can be exported to. */
export const FORMATS = ['parquet', 'hdf5', 'sqlite', 'csv', 'json', 'ndjson', 'arrow'] as const;
export type ExportFormat = (typeof FORMATS)[number];

/** Formats whose files hold one table. The others hold a whole recording. */
export const TABLE_FORMATS = ['parquet', 'csv', 'json', 'ndjson', 'arrow'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Endings of the names of files; the first one is what we give. */
const ENDINGS: Record<ExportFormat, readonly [string, ...string[]]> = {
  parquet: ['.parquet', '.pq'],
  hdf5: ['.h5', '.hdf5'],
  sqlite: ['.db', '.sqlite', '.sqlite3'],
  csv: ['.csv', '.tsv'],
  json: ['.json'],
  ndjson: ['.ndjson', '.jsonl'],
  arrow: ['.arrow', '.feather'],
};

const TEXT = ['none', 'gzip', 'zstd', 'brotli'] as const;

/** What the files of a format can be compressed with, the default first. */
const COMPRESSIONS: Record<ExportFormat, readonly [string, ...string[]]> = {
  parquet: ['zstd', 'none', 'snappy', 'gzip', 'lz4', 'brotli'],
  hdf5: ['gzip', 'none', 'lzf'],
  sqlite: ['none'],
  csv: TEXT,
  json: TEXT,
  ndjson: TEXT,
  arrow: ['none', 'zstd'],
};

export function endingOf(format: ExportFormat): string {
  return ENDINGS[format][0];
}

export function isTableFormat(format: ExportFormat): format is TableFormat {
  return (TABLE_FORMATS as readonly string[]).includes(format);
}

/** The format that the name of a file stands for, or undefined. */
export function formatOfName(path: string): ExportFormat | undefined {
  const ending = extname(path).toLowerCase();
  return FORMATS.find((format) => ENDINGS[format].includes(ending));
}

/** How files are compressed. */
export interface Compression {
  readonly name: string;
  /** Undefined for the default of the codec. */
  readonly level: number | undefined;
}

/**
 * The compression that was asked for, or the format's default.
 * @throws `InvalidConfig` naming those that the format has
 */
export function compressionFor(
  format: ExportFormat,
  name: string = COMPRESSIONS[format][0],
  level: number | undefined = undefined,
): Compression {
  const allowed = COMPRESSIONS[format];
  if (!allowed.includes(name)) {
    throw new SimtapeError(
      'InvalidConfig',
      `compression = ${show(name)}: ${format} takes ${[...allowed].sort().join(', ')}`,
      { key: 'compression', value: name },
    );
  }
  if (level !== undefined && name === 'lzf') {
    throw new SimtapeError('InvalidConfig', `compressionLevel = ${level}: lzf has no levels: leave it out`, {
      key: 'compressionLevel',
      value: level,
    });
  }
  if (name !== 'lzf') checkCompression(name, level);
  return { name, level };
}
