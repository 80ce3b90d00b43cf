import { parentPort, workerData } from 'node:worker_threads';
import {
  createRecorder,
  interruptRecorder,
  isSimtapeError,
  type Recorder,
  SimtapeError,
} from '../src/index.ts';
import { describe, Failure } from './problems.ts';
import { describeThrown, isInterruption, placeOf } from './simulation/blame.ts';
import { type LoadedSimulation, loadSimulation } from './simulation/load.ts';
import { Losses } from './simulation/losses.ts';
import {
  type FromSimulation,
  Progress,
  type SimulationJob,
  type SimulationReport,
} from './simulation/messages.ts';
import type { SimulationOptions } from './simulation.ts';

hideExperimentalWarnings();

const job = workerData as SimulationJob;
const progress = new Progress(job.progress);
const post = (message: FromSimulation): void => parentPort!.postMessage(message);
const aborter = new AbortController();
parentPort!.on('message', () => aborter.abort(interruption()));
// A simulation that waits for nothing any more is over.
parentPort!.unref();

const loaded = await open();
if (loaded !== null) await run(loaded.simulation, loaded.recorder);

async function open(): Promise<{ simulation: LoadedSimulation; recorder: Recorder } | null> {
  try {
    // First the module: where it does not load, no recording is begun.
    const simulation = await loadSimulation(job);
    const { world, seed } = simulation;
    // What the simulation ran with, and what the recording was made with.
    const configuration = { ...simulation.configuration, ...(job.recorder.configuration as object) };
    const metadata = { simulation: job.label };
    // A simulation whose rows are lost had better stop.
    const onFailure = 'throw';
    const config = { ...job.recorder, world, seed, configuration, metadata, onFailure } as const;
    return { simulation, recorder: await createRecorder(config) };
  } catch (error) {
    await flushOutput();
    post({ type: 'refused', reason: describe(error) });
    return null;
  }
}

async function run(simulation: LoadedSimulation, recorder: Recorder): Promise<void> {
  const start = performance.now();
  const losses = new Losses();
  recorder.on('error', (error) => losses.add(describe(error)));
  recorder.on('warning', (text) => post({ type: 'warning', text }));
  const { runId, backend, path, interruptHandle } = recorder;
  post({ type: 'opened', opened: { runId, backend, path, interruptHandle } });
  if (progress.stopAsked && interruptHandle !== null) interruptRecorder(interruptHandle);

  const report = (outcome: Partial<SimulationReport>): SimulationReport => {
    const metrics = recorder.metrics();
    const episodes = simulation.episodes?.();
    return {
      seconds: (performance.now() - start) / 1000,
      waited: metrics.stallMs / 1000,
      tables: metrics.tables,
      losses: losses.lines,
      ...(episodes === undefined ? {} : { episodes }),
      ...outcome,
    };
  };
  // The recorder's own exit hook, which came first, has closed it by then.
  const exited = (exitCode: number) => post({ type: 'ended', report: report({ exitCode }) });
  process.on('exit', exited);

  const thrown = await outcomeOf(simulation, recorder);
  post({ type: 'closing' });
  await recorder.close().catch((error: Error) => {
    losses.add(isSimtapeError(error) ? describe(error) : `closing the recording failed: ${describe(error)}`);
  });
  process.off('exit', exited);
  const result = report(thrown);
  await flushOutput();
  post({ type: 'ended', report: result });
}

/** Runs the simulation until it returns or throws, also from a callback that nobody awaits. */
async function outcomeOf(
  simulation: LoadedSimulation,
  recorder: Recorder,
): Promise<Pick<SimulationReport, 'failure'>> {
  const stray = Promise.withResolvers<never>();
  process.on('uncaughtException', stray.reject);
  process.once('beforeExit', () => stray.reject(new Failure('it waits for something that never comes')));
  const options: SimulationOptions = {
    ...job.options,
    signal: aborter.signal,
    progress(done, total) {
      if (progress.stopAsked) throw interruption();
      progress.set(done, total);
    },
  };
  try {
    await Promise.race([simulation.run(recorder, options), stray.promise]);
    return {};
  } catch (error) {
    if (progress.stopAsked && isInterruption(error)) return {};
    if (isSimtapeError(error, 'WriteFailed')) return { failure: 'its rows could not be written any more' };
    const place = 'file' in job.simulation ? placeOf(error) : null;
    return { failure: `${describeThrown(error)}${place === null ? '' : ` (${place})`}` };
  }
}

function interruption(): SimtapeError {
  return new SimtapeError('Interrupted', 'the simulation was asked to stop', {});
}

/** Of Node's own parts that we use: they are no news to whoever records a simulation. */
function hideExperimentalWarnings(): void {
  const { emitWarning } = process;
  const ours = /^(SQLite|Type Stripping) is an experimental feature/;
  process.emitWarning = ((warning: string | Error, ...rest: string[]) => {
    if (!ours.test(String(warning))) emitWarning.call(process, warning, ...(rest as []));
  }) as typeof process.emitWarning;
}

/** Waits until the main thread has what was printed here. */
async function flushOutput(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise((resolve) => stream.write('', resolve));
  }
}
