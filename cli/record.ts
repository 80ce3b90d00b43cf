import { print, tell } from './output.ts';
import { Failure } from './problems.ts';
import { type Backend, backendFor } from './record/backend.ts';
import { ProgressBar } from './record/progress-bar.ts';
import { exitCode, problems, resultAsJson, resultOf } from './record/result.ts';
import { summary } from './record/summary.ts';
import { chooseSimulation, refuseOptions } from './simulation/choose.ts';
import { exitCodeOf, Stopper } from './simulation/stopper.ts';
import { SimulationThread } from './simulation/thread.ts';
import type { SimulationOptions } from './simulation.ts';

export interface RecordFlags
  extends Pick<SimulationOptions, 'episodes' | 'steps' | 'agents' | 'bodies' | 'seed'> {
  readonly backend?: Backend;
  readonly out?: string;
  readonly path?: string;
  readonly json?: boolean;
}

/** `simtape record`: runs a simulation, records it, and says what was recorded. Returns the exit code. */
export async function record(label: string, flags: RecordFlags): Promise<number> {
  const { out, path, json = false, backend: named, ...options } = flags;
  const backend = backendFor(named, path);
  const recorder = { backend, directory: out, path };
  const simulation = chooseSimulation(label);
  refuseOptions(simulation, options);
  const job = { simulation, label, options, recorder };
  let bar: ProgressBar | null = null;
  const above = (write: () => void) => (bar === null ? write() : bar.printAbove(write));
  const say = (text: string) => above(() => tell(text));
  // With --json, stdout holds one object and nothing else.
  const thread = new SimulationThread(job, json ? process.stderr : process.stdout, {
    warning: (text) => say(`warning: ${text}`),
    closing: () => stopper.closing(),
    output: above,
  });
  using stopper = new Stopper(thread, say);
  if (process.stderr.isTTY && !json) bar = new ProgressBar(label, thread.progress);

  const ended = await thread.ended.finally(() => bar?.stop());
  bar = null;
  const { signal, forced } = stopper;
  const result = await resultOf(ended, { label, backend, signal, forced });
  if (result === null) {
    if (signal === null) throw new Failure(`${label} ended before it began: ${ended.death ?? 'no reason'}`);
    tell('stopped before anything was recorded');
    return exitCodeOf(signal);
  }
  for (const problem of problems(result)) tell(problem);
  print(json ? JSON.stringify(resultAsJson(result)) : summary(result));
  return exitCode(result);
}
