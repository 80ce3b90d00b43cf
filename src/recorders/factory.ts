import { isBackendName } from '../backends/names.ts';
import { type Branch, fromPlain, toPlain } from '../config/compose/tree.ts';
import type { ComposedConfig } from '../config/compose-config.ts';
import { type ModuleBackends, targetOf } from '../config/record/target.ts';
import { toRecorder } from '../config/record/to-recorder.ts';
import type { RecorderConfig } from '../config/recorder-config.ts';
import { createRecorder, createRecorderSync } from '../create-recorder.ts';
import { isSimtapeError, SimtapeError, show } from '../errors.ts';
import { Attempts } from '../fallback.ts';
import { joinRecorder } from '../join-recorder.ts';
import { openingOf, withOpening } from '../opening.ts';
import type { LaneHandle } from '../record/lane-handle.ts';
import type { Recorder } from '../record/recorder.ts';
import { BaseRecorder } from './base-recorder.ts';
import { flatConfig } from './flat-config.ts';
import { HDF5Recorder } from './hdf5-recorder.ts';
import { NullRecorder } from './null-recorder.ts';
import { ParquetRecorder } from './parquet-recorder.ts';
import {
  type BackendParameters,
  BackendRegistry,
  type BackendStatus,
  type RecorderClass,
  TAKES,
} from './registry.ts';
import { SQLiteRecorder } from './sqlite-recorder.ts';

/**
 * How a recorder is to be made: what `loadConfig` composed, or its part `record` with `_target_`; the flat form of the
 * recording specification (`{ backend: 'parquet', output_dir, buffer_size, compression }`); or the options of
 * `createRecorder`, in which the flat form may be mixed.
 */
export type FactoryConfig = ComposedConfig | RecorderConfig | Readonly<Record<string, unknown>>;

/** The class of each backend. */
interface Classes {
  parquet: ParquetRecorder;
  hdf5: HDF5Recorder;
  sqlite: SQLiteRecorder;
  none: NullRecorder;
}

const CLASSES: { readonly [B in keyof Classes]: new (config: RecorderConfig) => Classes[B] } = {
  parquet: ParquetRecorder,
  hdf5: HDF5Recorder,
  sqlite: SQLiteRecorder,
  none: NullRecorder,
};

/** The class of a configuration whose backend is seen by its type. */
type RecorderFor<C> = C extends { readonly backend: infer B extends keyof Classes; readonly fallback?: never }
  ? Classes[B]
  : BaseRecorder;

const registry = new BackendRegistry(whyNoBackend);

/** Makes recorders by name and configuration. */
export const RecorderFactory = {
  /**
   * Makes a recorder of the class of its backend. A backend that cannot be used is an error, unless the configuration
   * lists others as its `fallback`; then a `warning` event says what failed and what is used.
   *
   * @example RecorderFactory.createRecorder({ backend: 'parquet', output_dir: './data', buffer_size: 1000 })
   * @throws `BackendUnavailable`, `InvalidConfig`, `CannotOpen`, `NewerFormat`
   */
  createRecorder<const C extends FactoryConfig>(config: C): RecorderFor<C> {
    for (const attempts = attemptsOf(config); ; ) {
      try {
        return makeSync(attempts.config) as RecorderFor<C>;
      } catch (error) {
        attempts.failed(error);
      }
    }
  },

  /** The same, waiting for the writer thread with the event loop. */
  async createRecorderAsync<const C extends FactoryConfig>(config: C): Promise<RecorderFor<C>> {
    for (const attempts = attemptsOf(config); ; ) {
      try {
        return (await make(attempts.config)) as RecorderFor<C>;
      } catch (error) {
        attempts.failed(error);
      }
    }
  },

  /** Joins a recorder of another thread as `joinRecorder` does; the lane is of the class of its backend. */
  joinRecorder(handle: LaneHandle): BaseRecorder {
    return around(joinRecorder(handle), {});
  },

  /**
   * Gives a backend of one's own a name: a subclass of `BaseRecorder` that stores rows itself, or the URL of a module for
   * the writer's thread (see `StorageBackend`). Registering a name again replaces it.
   *
   * @throws `InvalidConfig` for a name that is taken, or what is neither
   */
  registerBackend(
    name: string,
    backend: RecorderClass | string | URL,
    parameters: BackendParameters = {},
  ): void {
    registry.add(name, backend, parameters);
  },

  /** Tries to load every backend, and says which can be used and why others cannot. */
  availableBackends(): Promise<BackendStatus[]> {
    return registry.statuses();
  },

  /** The registered backends as `loadConfig` takes them, so that `_target_` of a configuration file may name them. */
  registeredBackends(): ModuleBackends {
    return registry.targets();
  },
};

function attemptsOf(given: FactoryConfig): Attempts {
  const config = recorderConfig(given);
  return new Attempts(config, (backend) => registry.isKnown(backend));
}

/** Any form of a configuration as `createRecorder` takes it. */
function recorderConfig(given: FactoryConfig): RecorderConfig {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new SimtapeError('InvalidConfig', `a configuration is an object, not ${show(given)}`, {
      key: '',
      value: given,
    });
  }
  if (isComposed(given)) return given.recorder;
  const whole = given as { record?: unknown; _target_?: unknown };
  const record = isTargeted(whole.record) ? whole.record : whole;
  if (!isTargeted(record)) return flatConfig(given as Readonly<Record<string, unknown>>, registry);
  const tree = fromPlain(record, { from: 'code' }) as Branch;
  const mapped = toRecorder(tree, targetOf(tree, registry.targets()));
  // What ran is kept with the run: the whole, with the keys that nobody gave.
  const configuration = { ...(record === whole ? {} : whole), record: toPlain(mapped.record) };
  return { ...mapped.recorder, configuration };
}

function isComposed(given: object): given is ComposedConfig {
  return 'recorder' in given && 'tree' in given && 'values' in given;
}

function isTargeted(value: unknown): value is { _target_: unknown } {
  return typeof value === 'object' && value !== null && '_target_' in value;
}

/** The configuration of one attempt, its backend resolved: a class of the user's, or what the engine takes. */
function resolved(config: RecorderConfig): { own: RecorderClass | null; config: RecorderConfig } {
  const { fallback: _, ...one } = config;
  const { backend } = config;
  const found = registry.find(backend);
  if (found === undefined) {
    if (backend !== undefined && !registry.isKnown(backend)) throw registry.unknown(backend);
    return { own: null, config: one };
  }
  if (typeof found.made === 'string') return { own: null, config: { ...one, backend: found.made } };
  return { own: found.made, config: { ...one, backend: undefined } };
}

function makeSync(attempt: RecorderConfig): BaseRecorder {
  const { own, config } = resolved(attempt);
  return own === null ? around(createRecorderSync(config), config) : makeOwn(own, config, attempt.backend);
}

/** A class of the user's writes on this thread, so that there is nothing to wait for. */
async function make(attempt: RecorderConfig): Promise<BaseRecorder> {
  const { own, config } = resolved(attempt);
  return own === null ? around(await createRecorder(config), config) : makeOwn(own, config, attempt.backend);
}

/** Makes a recorder of a class of the user's. Where its constructor throws, the engine that it opened is closed. */
function makeOwn(own: RecorderClass, config: RecorderConfig, name: unknown): BaseRecorder {
  let engine: Recorder | null = null;
  const opened = (open: Recorder) => {
    engine = open;
  };
  try {
    return new own(withOpening(config, { ...openingOf(config), opened }));
  } catch (cause) {
    abandon(engine);
    if (isSimtapeError(cause)) throw cause;
    const backend = String(name);
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `the backend ${backend} cannot be used: ${own.name} could not be made (${why})`;
    throw new SimtapeError('BackendUnavailable', message, { backend }, cause);
  }
}

/** Nothing was recorded; what an object that is not whole says to being closed is of no use. */
function abandon(engine: Recorder | null): void {
  try {
    engine?.closeSync();
  } catch {}
}

/**
 * Why a class cannot stand for a backend: it has to store rows by methods, which its prototype has, or with one of the
 * backends that there are. Without either, its rows would go into the default, as if they had never been asked for.
 */
function whyNoBackend(made: RecorderClass): string | null {
  const { prototype } = made as { prototype: unknown };
  if (!(prototype instanceof BaseRecorder)) return TAKES;
  if (Object.values(CLASSES).some((own) => prototype instanceof own)) return null;
  const methods = prototype as unknown as Readonly<Record<string, unknown>>;
  const missing = ['writeStepData', 'writeEpisodeData'].find((name) => typeof methods[name] !== 'function');
  if (missing === undefined) return null;
  return `${made.name} has no method ${missing}: a backend as a class stores its rows by writeStepData and writeEpisodeData`;
}

/** Puts an engine into the class of its backend. */
function around(engine: Recorder, config: RecorderConfig): BaseRecorder {
  const { backend } = engine;
  const made: RecorderClass = isBackendName(backend) ? CLASSES[backend] : BaseRecorder;
  return new made(withOpening(config, { ...openingOf(config), engine }));
}
