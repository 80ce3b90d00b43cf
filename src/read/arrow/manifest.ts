import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { RunInfo } from '../../backends/backend.ts';
import { parseExactly } from '../../backends/exact-json.ts';
import { readSmallText } from '../../backends/regular-file.ts';
import { SimtapeError } from '../../errors.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { RUN_ID } from '../../schema/run-id.ts';
import { storedPlan } from '../../schema/stored-plan.ts';

/** Name of the file that makes a folder of Arrow files a recording. */
export const MANIFEST_NAME = 'recording.json';
const FORMAT = 'simtape-arrow';
const FORMAT_VERSION = 1;

/** Rows of one record batch. Ids are 0 where rows have none. */
export interface BatchNote {
  readonly rows: number;
  /** Least and greatest row id; within a batch they rise. */
  readonly firstId: number;
  readonly lastId: number;
}

/** A table, and the file that its rows are in. */
export interface ArrowFile {
  readonly plan: TablePlan;
  readonly file: string;
  readonly batches: readonly BatchNote[];
}

/** What a folder says of its run. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: typeof FORMAT_VERSION;
  readonly run: RunInfo;
  /** Seconds since the Unix epoch; null where the run went on, or had not ended cleanly, when it was converted. */
  readonly endTimestamp: number | null;
  readonly tables: readonly ArrowFile[];
}

const count = z.int().min(0);
const schema: z.ZodType<Manifest> = z.object({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  run: z.object({
    runId: z.string().regex(RUN_ID, 'is no id of a run'),
    startTimestamp: z.number(),
    configuration: z.unknown(),
    configurationHash: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    provenance: z.looseObject({
      world: z.string().optional(),
      seed: z.union([z.number(), z.string()]).optional(),
    }),
  }),
  endTimestamp: z.number().nullable(),
  tables: z.array(
    z.object({
      plan: storedPlan,
      file: z.string().regex(/^[^/\\]+\.arrow$/),
      batches: z.array(z.object({ rows: count, firstId: count, lastId: count })),
    }),
  ),
}) as unknown as z.ZodType<Manifest>;

/** Whether a folder is a recording in Arrow files. */
export function isArrowFolder(folder: string): boolean {
  return existsSync(join(folder, MANIFEST_NAME));
}

/**
 * Reads what a folder says of its run.
 * @throws `NotARecording`, `NewerFormat`
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_NAME);
  const refuse = (why: string, cause?: unknown) =>
    new SimtapeError('NotARecording', `${folder} is no recording: ${path} ${why}`, { path: folder }, cause);
  let value: unknown;
  try {
    value = parseExactly(readSmallText(path));
  } catch (cause) {
    throw refuse(`does not read (${(cause as Error).message})`, cause);
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format === FORMAT && typeof version === 'number' && version > FORMAT_VERSION) {
    throw new SimtapeError(
      'NewerFormat',
      `${folder} was written by a newer simtape (format ${version}; this one knows ${FORMAT_VERSION}): update simtape`,
      { path: folder, found: version, supported: FORMAT_VERSION },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path: at, message } = parsed.error.issues[0]!;
  throw refuse(`holds no manifest (${at.join('.')}: ${message})`);
}

/** What makes a manifest of this format. */
export function newManifest(manifest: Omit<Manifest, 'format' | 'version'>): Manifest {
  return { format: FORMAT, version: FORMAT_VERSION, ...manifest };
}
