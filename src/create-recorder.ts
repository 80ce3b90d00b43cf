import { type RecorderConfig, type ResolvedConfig, resolveConfig } from './config/recorder-config.ts';
import { Attempts } from './fallback.ts';
import { openingOf } from './opening.ts';
import { liveQuery } from './read/live-query.ts';
import { Lane } from './record/lane.ts';
import type { RecordingOptions } from './record/lane-handle.ts';
import { countCalls, NoneRecorder } from './record/none-recorder.ts';
import type { Recorder } from './record/recorder.ts';
import { recorderOf, unheard } from './recorder-of.ts';
import type { Writer, WriterSetup } from './writer/protocol.ts';
import { makeRunId } from './writer/provenance.ts';
import { isBackendObject, setUpWriter, startWriter } from './writer/setup.ts';

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
  const setup = setUpWriter(resolved, runId);
  const { notice } = openingOf(config);
  return { config: resolved, setup, writer: startWriter(resolved, setup), notice };
}

function ready(none: NoneRecorder, config: RecorderConfig): Recorder {
  const { notice } = openingOf(config);
  if (notice !== undefined) none.announce(notice);
  return config.countCalls ? countCalls(none) : none;
}

function connect({ config, setup, writer, notice }: Started, path: string | null): Recorder {
  const options: RecordingOptions = {
    overflow: config.overflow,
    keep: config.keep ?? null,
    warnAbove: config.warnAbove,
    maxWaitMs: config.maxWaitMs,
    memoryLimitBytes: setup.memoryLimitBytes,
    maxRecords: config.maxRecords,
    orderedStores: process.arch === 'x64' || process.arch === 'ia32',
    flushIntervalMs: config.flushIntervalMs,
    validate: config.validate,
    steps: config.steps,
    makesParentGroups: config.hdf5.createIntermediateGroups,
  };
  const backend = isBackendObject(config.backend) ? 'custom' : String(config.backend);
  const { runId } = setup.run;
  return recorderOf({
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
