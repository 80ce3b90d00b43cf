import { join } from 'node:path';
import * as z from 'zod';
import { SimtapeError } from '../../errors.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { RUN_ID } from '../../schema/run-id.ts';
import { storedPlan } from '../../schema/stored-plan.ts';
import type { RunInfo } from '../backend.ts';
import { bigintsAsNumbers, parseExactly } from '../exact-json.ts';
import type { Recovery } from '../files/recovery.ts';
import { readSmallText } from '../regular-file.ts';
import { type WriterProcess, writerProcessSchema } from '../writer-process.ts';
import { writeAtomically } from './files.ts';
import type { LayoutData } from './layout.ts';

/** Name of the file that makes a folder a run. */
export const MANIFEST_NAME = 'run.json';
/** Folder of the journal in a run's folder. */
export const JOURNAL_FOLDER = 'journal';
const FORMAT = 'simtape-parquet';
const FORMAT_VERSION = 1;

/** What is known of a run in a folder; what a single file holds stands in that file's own metadata. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly run: RunInfo;
  /** Seconds since the Unix epoch; null while the run goes on, and where rows of it were lost. */
  readonly endTimestamp: number | null;
  readonly state: 'recording' | 'ended';
  /** Null once nobody writes any more. */
  readonly writer: WriterProcess | null;
  readonly durability: 'none' | 'process' | 'power';
  /** Every commit up to this number is in files that have their name. */
  readonly lastCommitHeld: number;
  /** Only of a run that was recovered. */
  readonly recovered?: Recovery;
  readonly layout: LayoutData;
  readonly tables: readonly ManifestTable[];
}

export interface ManifestTable {
  readonly plan: TablePlan;
  /** Rows and files that have their name. */
  readonly rows: number;
  readonly files: number;
}

const count = z.int().min(0);

/** Whether a path stays below the folder that it is relative to; `''` is the folder itself. */
function isWithin(path: string): boolean {
  return (
    path === '' || path.split('/').every((part) => !['', '.', '..'].includes(part) && !part.includes('\\'))
  );
}

const patterns = z.object({
  trajectory: z.string(),
  summary: z.string(),
  metadata: z.string(),
  statistics: z.string(),
  table: z.string(),
});

const provenance = z.looseObject({
  world: z.string().optional(),
  seed: z.union([z.number(), z.string()]).optional(),
  gitCommit: z.string().optional(),
  host: z.string(),
  platform: z.string(),
  versions: z.looseObject({ simtape: z.string(), node: z.string() }),
});

/** The manifest as it stands in `run.json`. */
const manifestSchema: z.ZodType<Manifest> = z.looseObject({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  run: z.looseObject({
    runId: z.string().regex(RUN_ID, 'is no id of a run'),
    startTimestamp: z.number(),
    configuration: z.unknown(),
    configurationHash: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    provenance,
  }),
  endTimestamp: z.number().nullable(),
  state: z.enum(['recording', 'ended']),
  writer: writerProcessSchema.nullable(),
  durability: z.enum(['none', 'process', 'power']),
  lastCommitHeld: count,
  recovered: z.object({ timestamp: z.number(), losses: z.array(z.string()) }).exactOptional(),
  layout: z.object({ episodesFolder: z.string().refine(isWithin, 'leads out of the run'), patterns }),
  tables: z.array(z.object({ plan: storedPlan, rows: count, files: count })),
}) as unknown as z.ZodType<Manifest>;

/**
 * Reads the manifest of a run's folder.
 * @throws `NotARecording` where there is none or it is damaged, `NewerFormat`
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_NAME);
  const refuse = (why: string, cause?: unknown) =>
    new SimtapeError('NotARecording', `${folder} is no recording: ${why}`, { path: folder }, cause);
  let value: unknown;
  try {
    value = parseExactly(readSmallText(path));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuse(
      missing ? `it has no ${MANIFEST_NAME}` : `${path} does not read (${(cause as Error).message})`,
      cause,
    );
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format === FORMAT && typeof version === 'number' && version > FORMAT_VERSION) {
    throw new SimtapeError(
      'NewerFormat',
      `${folder} was written by a newer simtape (format ${version}; this one knows ${FORMAT_VERSION}): update simtape`,
      { path: folder, found: version, supported: FORMAT_VERSION },
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const { path: at, message } = parsed.error.issues[0]!;
    throw refuse(`${path} holds no manifest (${at.join('.')}: ${message})`);
  }
  return parsed.data;
}

/** Replaces the manifest in one step. `sync` makes it survive a loss of power. */
export function writeManifest(folder: string, manifest: Manifest, sync: boolean): void {
  const text = `${JSON.stringify(manifest, bigintsAsNumbers, 2)}\n`;
  writeAtomically(join(folder, MANIFEST_NAME), [new TextEncoder().encode(text)], sync);
}

/** What makes a manifest of this format. */
export function newManifest(manifest: Omit<Manifest, 'format' | 'version'>): Manifest {
  return { format: FORMAT, version: FORMAT_VERSION, ...manifest };
}
