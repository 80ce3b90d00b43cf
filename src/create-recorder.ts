import type { StorageBackend } from './backends/backend.ts';
import { CONTROL_WORDS, LANE_BYTES, STATS_BYTES } from './buffer/words.ts';
import { type RecorderConfig, type ResolvedConfig, resolveConfig } from './config/recorder-config.ts';
import { Lane } from './record/lane.ts';
import { countCalls, NullRecorder } from './record/null-recorder.ts';
import { LaneRecorder, type QueryPort, type Recorder } from './record/recorder.ts';
import { closeOnExit } from './writer/exit-hook.ts';
import { InlineWriter } from './writer/inline.ts';
import type { Writer, WriterSetup } from './writer/protocol.ts';
import { describeRun, makeRunId } from './writer/provenance.ts';
import { ThreadWriter } from './writer/thread.ts';

/**
 * Opens a recording and its writer.
 *
 * @throws `InvalidConfig`, `BackendUnavailable`, `CannotOpen`, `NewerFormat`
 * @example
 * await using recorder = await createRecorder({ path: 'flight.db' });
 * for (let step = 0; step < 1000; step++) recorder.recordStep({ position: [x, y], reward }, step);
 */
export async function createRecorder(config: RecorderConfig = {}): Promise<Recorder> {
  const resolved = resolveConfig(config);
  const runId = resolved.runId ?? makeRunId();
  if (resolved.backend === 'none') {
    const none = new NullRecorder(runId);
    return resolved.countCalls ? countCalls(none) : none;
  }
  const setup = setUp(resolved, runId);
  const writer = startWriter(resolved, setup);
  const { path } = await writer.open();
  return connect(resolved, setup, writer, runId, path, await queryPort(resolved, path));
}

/** Reading is loaded only for a backend that can be queried while it records. */
async function queryPort({ backend }: ResolvedConfig, path: string | null): Promise<QueryPort> {
  const { LiveQuery, NO_QUERIES } = await import('./read/live-query.ts');
  return backend === 'sqlite' && path !== null ? new LiveQuery(path) : NO_QUERIES;
}

function setUp(config: ResolvedConfig, runId: string): WriterSetup {
  const backend =
    typeof config.backend === 'object' && !(config.backend instanceof URL) ? '' : config.backend;
  return {
    backend: String(backend),
    config: {
      path: config.path ?? null,
      directory: config.directory,
      flushIntervalMs: config.flushIntervalMs,
      options: backend === 'sqlite' ? { ...config.sqlite } : config.options,
    },
    run: describeRun(config, runId),
    control: new SharedArrayBuffer(CONTROL_WORDS * 4),
    statistics: new SharedArrayBuffer(STATS_BYTES),
    lane: new SharedArrayBuffer(LANE_BYTES),
    throwOnFailure: config.onFailure === 'throw',
  };
}

function startWriter(config: ResolvedConfig, setup: WriterSetup): Writer {
  const object = typeof config.backend === 'object' && !(config.backend instanceof URL);
  if (object) return new InlineWriter(setup, config.backend as StorageBackend);
  return config.thread ? new ThreadWriter(setup) : new InlineWriter(setup, null);
}

function connect(
  config: ResolvedConfig,
  setup: WriterSetup,
  writer: Writer,
  runId: string,
  path: string | null,
  query: QueryPort,
): Recorder {
  const options = {
    overflow: config.overflow,
    maxWaitMs: config.maxWaitMs,
    memoryLimitBytes: config.memoryLimitMb * 2 ** 20,
    maxRecords: config.maxRecords,
    orderedStores: process.arch === 'x64' || process.arch === 'ia32',
    flushIntervalMs: config.flushIntervalMs,
    validate: config.validate,
  };
  let stayOpen = (): void => {};
  const recorder = new LaneRecorder({
    runId,
    path,
    lane: new Lane(writer, setup.lane, options),
    writer,
    options,
    query,
    unheard: (event) => process.emitWarning(event),
    onClosed: () => stayOpen(),
  });
  stayOpen = closeOnExit(recorder);
  return recorder;
}
