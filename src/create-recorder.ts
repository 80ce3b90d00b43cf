import { dirname, resolve } from 'node:path';
import type { StorageBackend } from './backends/backend.ts';
import { makeFolder } from './backends/make-folder.ts';
import {
  CONTROL_WORDS,
  IDS_BYTES,
  JOINED,
  LANE_BYTES,
  REQUEST,
  REQUEST_CLOSED,
  STATE_CLOSED,
  STATS_BYTES,
  WRITER_STATE,
} from './buffer/words.ts';
import { type RecorderConfig, type ResolvedConfig, resolveConfig } from './config/recorder-config.ts';
import { SimtapeError } from './errors.ts';
import { Attempts } from './fallback.ts';
import { openingOf } from './opening.ts';
import { liveQuery } from './read/live-query.ts';
import { closed, Lane } from './record/lane.ts';
import type { LaneHandle, RecordingOptions } from './record/lane-handle.ts';
import { LaneRecorder, type RecorderParts } from './record/lane-recorder.ts';
import { countCalls, NoneRecorder } from './record/none-recorder.ts';
import type { Recorder } from './record/recorder.ts';
import { closeOnExit } from './writer/exit-hook.ts';
import { InlineWriter } from './writer/inline.ts';
import { JoinedWriter } from './writer/join.ts';
import type { Writer, WriterSetup } from './writer/protocol.ts';
import { describeRun, makeRunId } from './writer/provenance.ts';
import { ThreadWriter } from './writer/thread.ts';

/** What file backends get of the memory: they hold rows until those make a row group. */
const FILE_BACKEND_SHARE = 0.4;
/** A commit of less than this frees its memory at its end only, when it can no longer need to be tried again. */
const MIN_PART_BYTES = 4 * 2 ** 20;

/** How long a wait for the writer goes on while it shows no progress, one attempt to write apart. */
const PATIENCE_MS = 60_000;

/**
 * Opens a recording and its writer. A backend that cannot be used is an error, unless `fallback` lists what to use then.
 *
 * @throws `InvalidConfig`, `BackendUnavailable`, `CannotOpen`, `NewerFormat`
 * @example
 * await using recorder = await createRecorder({ path: 'flight.db' });
 * for (let step = 0; step < 1000; step++) recorder.recordStep({ position: [x, y], reward }, step);
 */
export async function createRecorder(config: RecorderConfig = {}): Promise<Recorder> {
  for (const attempts = new Attempts(config); ; ) {
    try {
      return await open(attempts.config);
    } catch (error) {
      attempts.failed(error);
    }
  }
}

async function open(config: RecorderConfig): Promise<Recorder> {
  const started = start(config);
  if (started instanceof NoneRecorder) return ready(started, config);
  const { path } = await started.writer.open();
  return connect(started, path);
}

/**
 * The same, waiting for the writer thread (some 40 ms) without the event loop.
 *
 * @throws as {@link createRecorder}
 */
export function createRecorderSync(config: RecorderConfig = {}): Recorder {
  for (const attempts = new Attempts(config); ; ) {
    try {
      return openSync(attempts.config);
    } catch (error) {
      attempts.failed(error);
    }
  }
}

function openSync(config: RecorderConfig): Recorder {
  const started = start(config);
  if (started instanceof NoneRecorder) return ready(started, config);
  return connect(started, started.writer.openSync().path);
}

interface Started {
  readonly config: ResolvedConfig;
  readonly setup: WriterSetup;
  readonly writer: Writer;
  readonly notice: string | undefined;
}

function start(config: RecorderConfig): Started | NoneRecorder {
  const resolved = resolveConfig(config);
  const runId = resolved.runId ?? makeRunId();
  if (resolved.backend === 'none') return new NoneRecorder(runId, unheard);
  const setup = setUp(resolved, runId);
  const { notice } = openingOf(config);
  return { config: resolved, setup, writer: startWriter(resolved, setup), notice };
}

function ready(none: NoneRecorder, config: RecorderConfig): Recorder {
  const { notice } = openingOf(config);
  if (notice !== undefined) none.announce(notice);
  return config.countCalls ? countCalls(none) : none;
}

function setUp(config: ResolvedConfig, runId: string): WriterSetup {
  const { backend } = config;
  return {
    backend: isObject(backend) ? '' : String(backend),
    config: {
      path: placeFor(config, runId),
      directory: config.directory,
      flushIntervalMs: config.flushIntervalMs,
      durability: config.durability,
      memoryBytes: backendBytes(config),
      options: optionsFor(config),
    },
    run: describeRun(config, runId),
    control: new SharedArrayBuffer(CONTROL_WORDS * 4),
    statistics: new SharedArrayBuffer(STATS_BYTES),
    ids: new SharedArrayBuffer(IDS_BYTES),
    lane: new SharedArrayBuffer(LANE_BYTES),
    throwOnFailure: config.onFailure === 'throw',
    patienceMs: PATIENCE_MS + config.sqlite.connectionTimeout * 1000,
    memoryLimitBytes: ringBytes(config),
    partBytes: Math.max(MIN_PART_BYTES, (config.memoryLimitMb * 2 ** 20) / 8),
  };
}

/** The path that was named, for this run; its folder is there where that was asked for. */
function placeFor({ path, makeFolders }: ResolvedConfig, runId: string): string | null {
  if (path === undefined) return null;
  const place = path.replaceAll('{run_id}', runId);
  if (!makeFolders) return place;
  const folder = dirname(resolve(place));
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new SimtapeError(
      'CannotOpen',
      `cannot make the folder ${folder}: choose another path`,
      { path: place },
      cause,
    );
  }
  return place;
}

/** The options of the backend that was chosen. */
function optionsFor(config: ResolvedConfig): Record<string, unknown> {
  if (config.backend === 'sqlite') return { ...config.sqlite };
  if (config.backend === 'hdf5') return { ...config.hdf5 };
  return config.backend === 'parquet' ? { ...config.parquet } : config.options;
}

/** What of the memory the backend may hold. SQLite and backends of the caller's count for themselves. */
function backendBytes({ backend, memoryLimitMb }: ResolvedConfig): number {
  const toFiles = backend === 'parquet' || backend === 'hdf5';
  return toFiles ? memoryLimitMb * 2 ** 20 * FILE_BACKEND_SHARE : 0;
}

/** What of the memory is for rows on their way. */
function ringBytes(config: ResolvedConfig): number {
  return config.memoryLimitMb * 2 ** 20 - backendBytes(config);
}

function startWriter(config: ResolvedConfig, setup: WriterSetup): Writer {
  if (isObject(config.backend)) return new InlineWriter(setup, config.backend);
  return config.thread ? new ThreadWriter(setup) : new InlineWriter(setup, null);
}

/** Whether a backend is an object of the caller's, which then runs on the caller's thread. */
function isObject(backend: ResolvedConfig['backend']): backend is StorageBackend {
  return typeof backend === 'object' && !(backend instanceof URL);
}

function connect({ config, setup, writer, notice }: Started, path: string | null): Recorder {
  const options: RecordingOptions = {
    overflow: config.overflow,
    keep: config.keep ?? null,
    warnAbove: config.warnAbove,
    maxWaitMs: config.maxWaitMs,
    memoryLimitBytes: ringBytes(config),
    maxRecords: config.maxRecords,
    orderedStores: process.arch === 'x64' || process.arch === 'ia32',
    flushIntervalMs: config.flushIntervalMs,
    validate: config.validate,
    steps: config.steps,
    makesParentGroups: config.hdf5.createIntermediateGroups,
  };
  const backend = isObject(config.backend) ? 'custom' : String(config.backend);
  const { runId } = setup.run;
  return put({
    runId,
    path,
    backend,
    notice,
    lane: new Lane(writer.link, setup.lane, options),
    writer,
    options,
    query: liveQuery(config.backend, path),
    others: writer.others,
    attach: () => {
      const { lane, port } = writer.attach();
      const { control, statistics, ids, patienceMs } = setup;
      return {
        runId,
        path,
        port,
        shared: { control, statistics, ids, lane },
        options,
        patienceMs,
        backend,
      };
    },
  });
}

/**
 * Joins a recorder of another thread: what this thread records goes into the same recording. The lane ends with
 * `close`, and with the thread.
 *
 * @param handle what `attach` gave to that thread, posted here with its port
 * @throws `RecorderClosed` where that recorder is closed; `InvalidConfig` where the handle came without its port, or
 *   was used before
 */
export function joinRecorder(handle: LaneHandle): Recorder {
  const { runId, path, shared, options, backend } = handle;
  if (shared === null || options === null) return new NoneRecorder(runId, unheard);
  claim(handle.port, shared);
  const writer = new JoinedWriter({ ...shared, port: handle.port, patienceMs: handle.patienceMs });
  const lane = new Lane(writer.link, shared.lane, options);
  lane.join();
  return put({
    runId,
    path,
    backend,
    lane,
    writer,
    options,
    query: liveQuery(backend, path),
    others: null,
    attach: () => {
      throw new SimtapeError(
        'InvalidConfig',
        'a lane makes no lanes: call attach on the recorder that createRecorder gave',
        { key: 'attach', value: runId },
      );
    },
  });
}

/** Sees to it that a lane has one thread, and a recorder. */
function claim(port: unknown, { control, lane }: NonNullable<LaneHandle['shared']>): void {
  if (!(port instanceof MessagePort)) {
    throw new SimtapeError(
      'InvalidConfig',
      'a lane handle came without its port: pass [handle.port] as the transfer list of the message or worker that takes it to its thread',
      { key: 'port', value: port },
    );
  }
  const words = new Int32Array(lane);
  const isOver = Atomics.load(new Int32Array(control), WRITER_STATE) === STATE_CLOSED;
  if (isOver || Atomics.load(words, REQUEST) === REQUEST_CLOSED) {
    port.close();
    throw closed('the recorder that this lane belongs to is closed');
  }
  if (Atomics.exchange(words, JOINED, 1) === 1) {
    throw new SimtapeError(
      'InvalidConfig',
      'a lane handle was used twice: one thread joins with it, once; call attach for each thread, and for each task of a pool',
      { key: 'handle', value: 'used before' },
    );
  }
}

function put(parts: Omit<RecorderParts, 'unheard' | 'onClosed'>): Recorder {
  let stayOpen = (): void => {};
  const recorder = new LaneRecorder({
    ...parts,
    unheard,
    onClosed: () => stayOpen(),
  });
  stayOpen = closeOnExit(recorder);
  return recorder;
}

/** What nobody listens to. */
function unheard(event: Error | string): void {
  process.emitWarning(event);
}
