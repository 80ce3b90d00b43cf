import * as z from 'zod';
import type { Durability, StorageBackend } from '../backends/backend.ts';
import type { Hdf5Options } from '../backends/hdf5/options.ts';
import type { FilePatterns, ParquetOptions } from '../backends/parquet/options.ts';
import type { SqliteOptions } from '../backends/sqlite/options.ts';
import { SimtapeError, show } from '../errors.ts';
import type { StepSelection } from '../record/step-filter.ts';
import { RUN_ID } from '../schema/run-id.ts';
import { noSuchOption } from './compose/refuse.ts';
import { hdf5Group, hdf5Keys } from './hdf5-options.ts';
import { parquetGroup, parquetKeys } from './parquet-options.ts';

/** A configuration with every default filled in. */
export interface ResolvedConfig {
  /**
   * `sqlite` (default), `parquet`, `hdf5`, `none`, the URL of a backend module, or a backend object, which then runs on
   * the caller's thread.
   */
  backend: string | URL | StorageBackend;
  /**
   * Backends to go on with, one after another, where `backend` cannot be used here: it does not load, or its place
   * cannot be written. They record to `directory`, and not to `path`, which is the other one's. Default: none.
   */
  fallback: readonly (string | URL)[];
  /**
   * File to record to, or folder of the run for Parquet. An existing SQLite recording gets another run. Default:
   * `<directory>/<run id>.db`, `<directory>/runs/<run id>`, `<directory>/<run id>.h5`. `{run_id}` in it stands for the
   * id of the run.
   */
  path?: string | undefined;
  /** Makes the folders on the way to `path` that are missing. Default: no, as most of them are misspelt. */
  makeFolders: boolean;
  /** Folder for recordings that name no path. Default `simulation_data`. */
  directory: string;
  /** Default: `run_YYYYMMDD_HHMMSS_xxxx`. */
  runId?: string | undefined;
  /** What the simulation ran with; stored with the run, and its hash. */
  configuration?: unknown;
  /** What else is to be kept with the run. */
  metadata: Record<string, unknown>;
  /** Name of the simulation, for listings. */
  world?: string | undefined;
  /** What the simulation's random numbers begin with, for listings and comparison. */
  seed?: number | string | undefined;
  /** Milliseconds after which the writer commits what has come. Default 100. */
  flushIntervalMs: number;
  /** Rows of a table that call for a commit before the interval is over. Default: none. */
  maxRecords: number;
  /** Memory for everything that is not written yet, in MiB. Default 100. */
  memoryLimitMb: number;
  /** What happens when that memory is full. Default `block`. */
  overflow: 'block' | 'drop-newest' | 'drop-oldest' | 'error';
  /**
   * With the policy `drop-oldest`: a flight recorder, which keeps the newest units in memory and writes them when
   * `dump` is called, and at the end. Without it the writer takes what it can, and what it is too slow for is dropped.
   */
  keep?:
    | {
        /** The last so many units: frames, steps, episodes, rows outside of them. */
        units?: number | undefined;
        /** Units of the last so many seconds of wall-clock time. */
        seconds?: number | undefined;
      }
    | undefined;
  /** Share of the memory above which a `warning` event is sent and the writer does not rest. Default 0.75. */
  warnAbove: number;
  /** How long `block` waits before it throws `Backpressure`, in milliseconds. Default 5000. */
  maxWaitMs: number;
  /** Which steps `recordStep` records, and what of them. Default: all. */
  steps: StepSelection;
  /** `fast` (default) checks types, ranges and lengths; `full` also looks for unknown fields beyond the first rows. */
  validate: 'fast' | 'full';
  /** After a permanent write error: count rows as failed (default), or throw on the next call. */
  onFailure: 'continue' | 'throw';
  /** Write on a thread of its own (default), or on the caller's. */
  thread: boolean;
  /**
   * What survives once `flush` has confirmed it: `none`, a clean close only; `process` (default), the end of the
   * process, however it comes; `power`, a loss of power too.
   */
  durability: Durability;
  sqlite: SqliteOptions;
  parquet: ParquetOptions;
  hdf5: Hdf5Options;
  /** Options for a custom backend, passed on as they are. */
  options: Record<string, unknown>;
  /** Count the calls that a `none` recorder ignores. */
  countCalls: boolean;
}

/** Options that are no groups. `Omit` hands on what is said of each, which editors then show. */
type SingleOptions = Omit<ResolvedConfig, 'sqlite' | 'parquet' | 'hdf5' | 'steps'>;

/** What `createRecorder` takes. Every field has a default. */
export type RecorderConfig = { [K in keyof SingleOptions]?: SingleOptions[K] | undefined } & {
  /** Which steps `recordStep` records, and what of them. Default: all. */
  steps?: Partial<StepSelection> | undefined;
  /** Options of the SQLite backend. */
  sqlite?: Partial<SqliteOptions> | undefined;
  /** Options of the Parquet backend. */
  parquet?:
    | (Partial<Omit<ParquetOptions, 'filePatterns'>> & { filePatterns?: Partial<FilePatterns> })
    | undefined;
  /** Options of the HDF5 backend. */
  hdf5?: Partial<Hdf5Options> | undefined;
};

const positive = (what: string) => z.number().positive(`takes a number of ${what} above 0`);
const isBackend = (value: unknown): value is StorageBackend =>
  typeof value === 'object' && value !== null && typeof (value as StorageBackend).write === 'function';

const KEPT = 'takes what structuredClone and JSON can both hold: no functions, symbols or cycles';

/** Whether a value reaches the writer's thread and the file. */
function canBeKept(value: unknown): boolean {
  try {
    structuredClone(value);
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
    return true;
  } catch {
    return false;
  }
}

const sqlite = z.strictObject({
  batchSize: z.int().min(1).max(10_000).default(50),
  transactionMode: z.enum(['deferred', 'immediate', 'exclusive']).default('immediate'),
  journalMode: z.enum(['WAL', 'DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY']).default('WAL'),
  synchronous: z.enum(['OFF', 'NORMAL', 'FULL', 'EXTRA']).optional(),
  cacheSize: z.int().default(2000),
  connectionTimeout: z.number().min(0).max(3600).default(30),
});

const steps = z.strictObject({
  record: z.boolean().default(true),
  interval: z.int().min(1).default(1),
  observations: z.boolean().default(true),
  actions: z.boolean().default(true),
  rewards: z.boolean().default(true),
});

const shape = {
  backend: z
    .union([z.string(), z.instanceof(URL), z.custom<StorageBackend>(isBackend)], {
      error: 'takes sqlite, parquet, hdf5, none, the URL of a backend module, or a backend object',
    })
    .default('sqlite'),
  fallback: z
    .array(z.union([z.string().min(1), z.instanceof(URL)]), {
      error: 'takes a list of backends, such as [sqlite, none]',
    })
    .default([]),
  path: z.string().min(1).optional(),
  makeFolders: z.boolean().default(false),
  directory: z.string().min(1).default('simulation_data'),
  runId: z.string().regex(RUN_ID, 'takes 1 to 100 letters, digits, dots, dashes and underscores').optional(),
  configuration: z.unknown().refine(canBeKept, KEPT).optional(),
  metadata: z.record(z.string(), z.unknown()).refine(canBeKept, KEPT).default({}),
  world: z.string().optional(),
  seed: z.union([z.number(), z.string()], { error: 'takes a number or a text' }).optional(),
  flushIntervalMs: positive('milliseconds').max(3_600_000).default(100),
  maxRecords: z
    .int()
    .min(1)
    .max(2 ** 31)
    .default(2 ** 31),
  memoryLimitMb: positive('MiB')
    .max(1024 * 64)
    .default(100),
  overflow: z.enum(['block', 'drop-newest', 'drop-oldest', 'error']).default('block'),
  keep: z
    .strictObject({
      units: z.int().min(1).max(1e6).optional(),
      seconds: positive('seconds').optional(),
    })
    .refine(
      ({ units, seconds }) => units !== undefined || seconds !== undefined,
      'takes units, seconds or both',
    )
    .optional(),
  warnAbove: z
    .number()
    .gt(0, 'takes a share above 0, up to 1')
    .max(1, 'takes a share above 0, up to 1')
    .default(0.75),
  maxWaitMs: positive('milliseconds').default(5000),
  steps: steps.prefault({}),
  validate: z.enum(['fast', 'full']).default('fast'),
  onFailure: z.enum(['continue', 'throw']).default('continue'),
  thread: z.boolean().default(true),
  durability: z.enum(['none', 'process', 'power']).default('process'),
  sqlite: sqlite.prefault({}),
  parquet: parquetGroup.prefault({}),
  hdf5: hdf5Group.prefault({}),
  options: z.record(z.string(), z.unknown()).default({}),
  countCalls: z.boolean().default(false),
};

/** With WAL, NORMAL keeps what was committed over the end of the process, and FULL over a loss of power. */
const SYNCHRONOUS = { none: 'OFF', process: 'NORMAL', power: 'FULL' } as const;

const schema: z.ZodType<ResolvedConfig> = z
  .strictObject(shape)
  .refine(({ keep, overflow }) => keep === undefined || overflow === 'drop-oldest', {
    path: ['keep'],
    error: "is for overflow: 'drop-oldest'",
  })
  .transform((config) => ({
    ...config,
    sqlite: { ...config.sqlite, synchronous: config.sqlite.synchronous ?? SYNCHRONOUS[config.durability] },
  }));

/** The names of all options. */
export const OPTION_NAMES: readonly string[] = Object.keys(shape);

/** The options that there are at a place in the configuration. */
function keysAt([group, inner]: readonly PropertyKey[]): string[] {
  if (group === 'parquet') return parquetKeys(inner);
  if (group === 'hdf5') return hdf5Keys();
  if (group === 'steps') return Object.keys(steps.shape);
  return Object.keys(group === 'sqlite' ? sqlite.shape : shape);
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws `InvalidConfig` naming the key, its value and what is allowed.
 */
export function resolveConfig(config: unknown): ResolvedConfig {
  const parsed = schema.safeParse(config ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = unknown === undefined ? issue.path : [...issue.path, unknown];
  const key = path.join('.');
  const value = path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown>)?.[part], config);
  const why = unknown === undefined ? issue.message : noSuchOption(unknown, keysAt(issue.path));
  throw new SimtapeError(
    'InvalidConfig',
    `${key === '' ? 'the configuration' : key} = ${show(value)}: ${why}`,
    {
      key,
      value,
    },
  );
}
