import * as z from 'zod';
import { noSuchOption } from '../config/compose/refuse.ts';
import { SimtapeError, show } from '../errors.ts';
import { type ExportFormat, FORMATS } from './formats.ts';

/** How far an export has come. */
export interface ExportProgress {
  readonly rows: number;
  /** Rows of all tables that are read: with `filterEpisodes`, more than are written. */
  readonly totalRows: number;
}

/** How CSV is written. */
export interface CsvOptions {
  /** Between two fields: one character. Default `,`; a tab where the file's name ends in `.tsv`. */
  delimiter?: string | undefined;
  /** Whether the first line has the names of the columns. Default true. */
  header?: boolean | undefined;
  /** What stands for null. Default: nothing. */
  nulls?: string | undefined;
}

/** What and how to export. Every field has a default. */
export interface ExportOptions {
  /** Default: what the ending of the path says; `parquet` for a folder, and for a file whose name has no ending. */
  format?: ExportFormat | undefined;
  /** parquet: zstd (default), none, snappy, gzip, lz4, brotli; hdf5: gzip (default), none, lzf; csv, json and ndjson: none (default), gzip, zstd, brotli; arrow: none (default), zstd. */
  compression?: string | undefined;
  /** gzip 1 to 9, zstd 1 to 22, brotli 0 to 11. */
  compressionLevel?: number | undefined;
  /** Only rows of these episodes, in every table that has a column `episode_id`; other tables whole. */
  filterEpisodes?: readonly number[] | undefined;
  /** One file for each value of these columns, in folders such as `episode_id=1`. */
  partitionBy?: readonly string[] | undefined;
  /** Default: `steps` for a file of one table, else all. */
  tables?: readonly string[] | undefined;
  /** Rows of this run only. */
  run?: string | undefined;
  /** Replace what is there. Default false. */
  overwrite?: boolean | undefined;
  csv?: CsvOptions | undefined;
  onProgress?: ((progress: ExportProgress) => void) | undefined;
  /** Ends the export, which then rejects with the signal's reason and leaves nothing. */
  signal?: AbortSignal | undefined;
}

/** How to convert. Every field has a default. */
export interface ConvertOptions {
  /** Default: what the ending of the path says, else `parquet`. */
  format?: 'parquet' | 'hdf5' | 'sqlite' | 'arrow' | undefined;
  compression?: string | undefined;
  compressionLevel?: number | undefined;
  /** This run only. */
  run?: string | undefined;
  overwrite?: boolean | undefined;
  onProgress?: ((progress: ExportProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const text = z.string().min(1);
const callback = z.custom<(progress: ExportProgress) => void>((value) => typeof value === 'function', {
  error: 'takes a function',
});
const common = {
  compression: z.string().optional(),
  compressionLevel: z.number().optional(),
  run: text.optional(),
  overwrite: z.boolean().optional(),
  onProgress: callback.optional(),
  signal: z.instanceof(AbortSignal).optional(),
};

const csv = z
  .strictObject({
    delimiter: z
      .string()
      .regex(/^[^"\r\n]$/, 'takes one character, no quote and no line break')
      .optional(),
    header: z.boolean().optional(),
    nulls: z
      .string()
      .regex(/^[^"\r\n\t]*$/, 'takes a text without quotes, tabs and line breaks')
      .optional(),
  })
  .refine(({ delimiter = ',', nulls = '' }) => !nulls.includes(delimiter), {
    path: ['nulls'],
    error: 'takes a text without the delimiter',
  });

const exportSchema = z.strictObject({
  ...common,
  format: z.enum(FORMATS, { error: `takes ${FORMATS.join(', ')}` }).optional(),
  filterEpisodes: z.array(z.int('takes numbers of episodes')).min(1, 'takes at least one episode').optional(),
  partitionBy: z.array(text).min(1, 'takes at least one column').optional(),
  tables: z.array(text).min(1, 'takes at least one table').optional(),
  csv: csv.optional(),
});

const CONVERTED = ['parquet', 'hdf5', 'sqlite', 'arrow'] as const;
const convertSchema = z.strictObject({
  ...common,
  format: z.enum(CONVERTED, { error: `takes ${CONVERTED.join(', ')}` }).optional(),
});

/** @throws `InvalidConfig` naming the key, its value and what is allowed */
export function checkExportOptions(options: ExportOptions): ExportOptions {
  return checked(exportSchema, options);
}

/** @throws `InvalidConfig` naming the key, its value and what is allowed */
export function checkConvertOptions(options: ConvertOptions): ConvertOptions {
  return checked(convertSchema, options);
}

function checked<T>(schema: z.ZodType<T> & { readonly shape: object }, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = unknown === undefined ? issue.path : [...issue.path, unknown];
  const key = path.join('.');
  const value = path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown>)?.[part], options);
  const known = Object.keys(issue.path[0] === 'csv' ? csv.shape : schema.shape);
  const why = unknown === undefined ? issue.message : noSuchOption(unknown, known);
  throw new SimtapeError('InvalidConfig', `${key || 'the options'} = ${show(value)}: ${why}`, { key, value });
}
