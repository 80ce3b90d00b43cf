import type { BackendConfig } from '../../backends/backend.ts';
import { createRecorder, type Recorder, type RecorderConfig } from '../../index.ts';
import { Relay, type Strategy } from './relay.ts';
import { MEMORY_BYTES, type RelayOptions } from './relay-backend.ts';
import type { TestedBackend } from './subject.ts';

export interface RecordOptions {
  readonly path: string;
  readonly runId?: string;
  readonly strategy?: Strategy;
}

/** Long, so that commits are made where a test flushes. */
const FLUSH_INTERVAL_MS = 3_600_000;

/** Opens a recorder whose commits reach the backend by a strategy. What goes wrong is told by flush and close alone. */
export async function recorderFor(tested: TestedBackend, options: RecordOptions): Promise<Recorder> {
  const recorder = await opened(tested, options);
  recorder.on('error', () => {});
  return recorder;
}

async function opened(
  { backend, options = {} }: TestedBackend,
  { path, runId = 'run', strategy = 'whole' }: RecordOptions,
): Promise<Recorder> {
  const config: RecorderConfig = { path, runId, flushIntervalMs: FLUSH_INTERVAL_MS };
  if (typeof backend !== 'function') {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const url = new URL(`./relay-backend.${extension}`, import.meta.url);
    const relay: RelayOptions = { backend: String(backend), options, strategy };
    return createRecorder({ ...config, backend: url, options: { ...relay } });
  }
  const own: BackendConfig = {
    path,
    directory: '.',
    flushIntervalMs: FLUSH_INTERVAL_MS,
    durability: 'process',
    memoryBytes: MEMORY_BYTES,
    options,
  };
  return createRecorder({ ...config, backend: new Relay(await backend(own), strategy), thread: false });
}

/** Records and closes; a failure of the simulation comes before what closing came to. */
export async function record(
  tested: TestedBackend,
  options: RecordOptions,
  simulate: (recorder: Recorder) => Promise<void> | void,
): Promise<void> {
  const recorder = await recorderFor(tested, options);
  try {
    await simulate(recorder);
  } catch (error) {
    await recorder.close().catch(() => {});
    throw error;
  }
  await recorder.close();
}
