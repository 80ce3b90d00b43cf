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

/** The ending that we give a file; texts that are compressed say so, as readers go by it: `.csv.gz`. */
export function endingOf(format: ExportFormat, codec?: string): string {
  const [ending] = ENDINGS[format];
  const packed = Object.entries(CODEC_ENDINGS).find(([, name]) => name === codec);
  return packed !== undefined && COMPRESSIONS[format] === TEXT ? ending + packed[0] : ending;
}

export function isTableFormat(format: ExportFormat): format is TableFormat {
  return (TABLE_FORMATS as readonly string[]).includes(format);
}

/** What may stand behind the ending of a text format: `steps.csv.gz`. */
const CODEC_ENDINGS: Readonly<Record<string, string | undefined>> = {
  '.gz': 'gzip',
  '.zst': 'zstd',
  '.br': 'brotli',
};

/** What the name of a file says. */
export interface NamedFormat {
  /** Its ending, without that of a codec, in lower case. */
  readonly ending: string;
  readonly format: ExportFormat | undefined;
  readonly compression: string | undefined;
}

/** What the name of a file says of its format, and of how a text in it is compressed. */
export function formatOfName(path: string): NamedFormat {
  const last = extname(path).toLowerCase();
  const codec = CODEC_ENDINGS[last];
  const ending = codec === undefined ? last : extname(path.slice(0, -last.length)).toLowerCase();
  const format = FORMATS.find((one) => ENDINGS[one].includes(ending));
  if (codec === undefined || (format !== undefined && COMPRESSIONS[format] === TEXT)) {
    return { ending, format, compression: codec };
  }
  return { ending: last, format: undefined, compression: undefined };
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
