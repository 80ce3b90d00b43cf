import { describeConfig, originsOf } from '../src/config/index.ts';
import { print, tell } from './output.ts';
import { Failure } from './problems.ts';
import { type ConfigFlags, composeFor } from './record/compose.ts';
import { hasRoomForBar, ProgressBar } from './record/progress-bar.ts';
import { exitCode, problems, resultAsJson, resultOf } from './record/result.ts';
import { summary } from './record/summary.ts';
import { chooseSimulation, refuseOptions } from './simulation/choose.ts';
import { exitCodeOf, Stopper } from './simulation/stopper.ts';
import { SimulationThread } from './simulation/thread.ts';
import type { SimulationOptions } from './simulation.ts';

export interface RecordFlags
  extends ConfigFlags,
    Pick<SimulationOptions, 'episodes' | 'steps' | 'agents' | 'bodies' | 'seed'> {
  readonly cfg?: boolean;
  readonly json?: boolean;
}

/** `simtape record`: runs a simulation, records it, and says what was recorded. Returns the exit code. */
export async function record(
  label: string,
  overrides: readonly string[],
  flags: RecordFlags,
): Promise<number> {
  const { out, path, json = false, cfg = false, backend: named, configDir, configName, ...options } = flags;
  const simulation = chooseSimulation(label);
  refuseOptions(simulation, options);
  const composed = composeFor({ out, path, backend: named, configDir, configName }, overrides);
  if (cfg) {
    const { values, notes } = composed;
    print(json ? JSON.stringify({ values, origins: originsOf(composed), notes }) : describeConfig(composed));
    return 0;
  }
  for (const note of composed.notes) tell(`warning: ${note}`);
  const { recorder } = composed;
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
  if (!json && hasRoomForBar()) bar = new ProgressBar(label, thread.progress);

  const ended = await thread.ended.finally(() => bar?.stop());
  bar = null;
  const { signal, forced } = stopper;
  const result = await resultOf(ended, { label, signal, forced });
  if (result === null) {
    if (signal === null) throw new Failure(`${label} ended before it began: ${ended.death ?? 'no reason'}`);
    tell('stopped before anything was recorded');
    return exitCodeOf(signal);
  }
  for (const problem of problems(result)) tell(problem);
  print(json ? JSON.stringify(resultAsJson(result)) : summary(result));
  return exitCode(result);
}
