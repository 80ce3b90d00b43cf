import * as z from 'zod';
import { COMPRESSIONS, checkCompression } from '../backends/codecs/codec-for.ts';
import { templateProblem } from '../backends/parquet/directory-template.ts';
import {
  DEFAULT_DIRECTORY,
  DEFAULT_PATTERNS,
  MOST_ROW_GROUP_VALUES,
  type ParquetOptions,
} from '../backends/parquet/options.ts';
import { type Placeholder, patternProblem } from '../backends/parquet/pattern.ts';
import { isSimtapeError } from '../errors.ts';
import { ENCODING_NAMES, type EncodingName } from '../formats/parquet/index.ts';

const MEBIBYTE = 2 ** 20;

function pattern(byDefault: string, allowed: readonly Placeholder[], needed: readonly Placeholder[] = []) {
  return z
    .string()
    .superRefine((text, context) => {
      const missing = needed.find((name) => !new RegExp(`\\{${name}[:}]`).test(text));
      const problem =
        patternProblem(text, allowed) ?? (missing === undefined ? null : `must have {${missing}} in it`);
      if (problem !== null) context.addIssue(problem);
    })
    .default(byDefault);
}

const filePatterns = z
  .strictObject({
    trajectory: pattern(DEFAULT_PATTERNS.trajectory, ['episode_id', 'run_id', 'part']),
    summary: pattern(DEFAULT_PATTERNS.summary, ['episode_id', 'run_id', 'part']),
    metadata: pattern(DEFAULT_PATTERNS.metadata, ['run_id']),
    statistics: pattern(DEFAULT_PATTERNS.statistics, ['run_id']),
    table: pattern(DEFAULT_PATTERNS.table, ['table', 'run_id', 'part'], ['table']),
  })
  .refine(
    (patterns) => new Set(Object.values(patterns)).size === Object.keys(patterns).length,
    'takes patterns that differ from one another',
  );

const parquetOptions = z.strictObject({
  compression: z.enum(COMPRESSIONS, { error: `takes ${COMPRESSIONS.join(', ')}` }).default('zstd'),
  compressionLevel: z.int().optional(),
  encodings: z
    .record(
      z.string(),
      z.enum(ENCODING_NAMES as [EncodingName], { error: `takes ${ENCODING_NAMES.join(', ')}` }),
    )
    .default({}),
  rowGroupValues: z.int().min(1).max(MOST_ROW_GROUP_VALUES).default(1_000_000),
  rowGroupBytes: z
    .int()
    .min(1024)
    .max(2 ** 30)
    .default(64 * MEBIBYTE),
  maxFileRows: z.int().min(1).default(Number.MAX_SAFE_INTEGER),
  maxFileBytes: z
    .int()
    .min(1024)
    .default(512 * MEBIBYTE),
  maxOpenFiles: z.int().min(1).max(1_000_000).default(1024),
  journalBytes: z
    .int()
    .min(64 * 1024)
    .default(256 * MEBIBYTE),
  encoders: z.int().min(0).max(64).default(0),
  queueSize: z.int().min(1).max(1000).default(4),
  filePatterns: filePatterns.prefault({}),
  directoryTemplate: z
    .string()
    .superRefine((text, context) => {
      const problem = templateProblem(text);
      if (problem !== null) context.addIssue(problem);
    })
    .default(DEFAULT_DIRECTORY),
}) satisfies z.ZodType<ParquetOptions>;

/** The `parquet` group of a configuration. */
export const parquetGroup: z.ZodType<ParquetOptions> = parquetOptions.superRefine(
  ({ compression, compressionLevel }, context) => {
    try {
      checkCompression(compression, compressionLevel);
    } catch (error) {
      if (!isSimtapeError(error)) throw error;
      const why = error.message.slice(error.message.indexOf(': ') + 2);
      context.addIssue({ code: 'custom', path: ['compressionLevel'], message: why });
    }
  },
);

/** The names of its options, or of those in a group of it. */
export function parquetKeys(group: PropertyKey | undefined): string[] {
  return Object.keys(group === 'filePatterns' ? filePatterns.shape : parquetOptions.shape);
}
