import * as z from 'zod';
import { parseExactly } from '../../backends/exact-json.ts';
import type { Hdf5Storage } from '../../backends/hdf5/options.ts';
import { FORMAT, FORMAT_VERSION } from '../../backends/hdf5/run-attributes.ts';
import { type WriterProcess, writerProcessSchema } from '../../backends/writer-process.ts';
import { SimtapeError } from '../../errors.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { RUN_ID } from '../../schema/run-id.ts';
import { storedPlan } from '../../schema/stored-plan.ts';
import { damaged } from '../parquet/damage.ts';
import type { H5File } from './file.ts';

/** What a file says of its run. */
export interface RunAttributes {
  readonly runId: string;
  readonly state: 'recording' | 'ended';
  /** Seconds since the Unix epoch; the end is null while the run goes on, and where rows of it were lost. */
  readonly startTimestamp: number;
  readonly endTimestamp: number | null;
  readonly configuration: unknown;
  readonly configurationHash: string;
  readonly metadata: unknown;
  readonly provenance: Readonly<Record<string, unknown>> & {
    readonly world?: string | undefined;
    readonly seed?: number | string | undefined;
  };
  readonly durability: 'none' | 'process' | 'power';
  readonly storage: Hdf5Storage;
  /** Null once nobody writes any more. */
  readonly writer: WriterProcess | null;
  readonly plans: readonly TablePlan[];
  /** Number of the last commit that the file holds. */
  readonly lastCommit: number;
  readonly steps: number;
  readonly episodes: number;
}

const provenance = z.looseObject({
  world: z.string().optional(),
  seed: z.union([z.number(), z.string()]).optional(),
});
const count = z.number().int().min(0);
const json = z.string().transform((text, context): unknown => {
  try {
    return parseExactly(text);
  } catch {
    context.addIssue('is no JSON');
    return z.NEVER;
  }
});

const stored = z.object({
  run_id: z.string().regex(RUN_ID, 'is no id of a run'),
  state: z.enum(['recording', 'ended']),
  start_timestamp: z.number(),
  end_timestamp: z.number().optional(),
  configuration: json.optional(),
  configuration_hash: z.string(),
  metadata: json,
  provenance: json.pipe(provenance),
  durability: z.enum(['none', 'process', 'power']),
  storage: json.pipe(
    z.object({
      compression: z.enum(['gzip', 'lzf', 'none']),
      compressionOpts: z.int().min(1).max(9),
      shuffle: z.boolean(),
      fletcher32: z.boolean(),
    }),
  ),
  writer: z.union([z.literal('').transform(() => null), json.pipe(writerProcessSchema)]),
  schema: json.pipe(z.array(storedPlan)),
  last_commit: count,
  steps: count,
  episodes: count,
});
const schema: z.ZodType<RunAttributes> = stored.transform((found) => ({
  runId: found.run_id,
  state: found.state,
  startTimestamp: found.start_timestamp,
  endTimestamp: found.end_timestamp ?? null,
  configuration: found.configuration ?? null,
  configurationHash: found.configuration_hash,
  metadata: found.metadata,
  provenance: found.provenance,
  durability: found.durability,
  storage: found.storage,
  writer: found.writer,
  plans: found.schema,
  lastCommit: found.last_commit,
  steps: found.steps,
  episodes: found.episodes,
}));

/**
 * Reads what a file says of its run.
 * @throws `NotARecording`, `NewerFormat`
 */
export function readRunAttributes(file: H5File): RunAttributes {
  const { path } = file;
  const {
    format,
    format_version: version,
    run_id: runId,
  } = file.attributes('/', ['format', 'format_version', 'run_id']);
  if (format !== FORMAT || typeof version !== 'number' || typeof runId !== 'string') {
    const message = `${path} is an HDF5 file, but no recording of simtape`;
    throw new SimtapeError('NotARecording', message, { path });
  }
  if (version > FORMAT_VERSION) {
    throw new SimtapeError(
      'NewerFormat',
      `${path} was written by a newer simtape (format ${version}; this one knows ${FORMAT_VERSION}): update simtape`,
      { path, found: version, supported: FORMAT_VERSION },
    );
  }
  const parsed = schema.safeParse(file.attributes(`/${runId}`, Object.keys(stored.shape)));
  if (parsed.success && parsed.data.runId === runId) return parsed.data;
  const issue = parsed.error?.issues[0];
  throw damaged(path, `its run is not described (${issue?.path.join('.')}: ${issue?.message})`);
}
