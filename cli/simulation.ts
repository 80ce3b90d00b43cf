import type { Recorder } from '../src/index.ts';

/**
 * What `simtape record` hands a simulation besides the recorder. Numbers that the command line does not give are
 * absent, so that destructuring defaults work: `{ steps = 1000, seed = 1 }`.
 */
export interface SimulationOptions {
  /** `--episodes`: how many episodes to run, 1 or more. */
  readonly episodes?: number;
  /** `--steps`: how many steps at most, of an episode where there are episodes; 1 or more. */
  readonly steps?: number;
  /** `--agents`: how many agents, 1 or more. */
  readonly agents?: number;
  /** `--bodies`: how many bodies, 0 or more. */
  readonly bodies?: number;
  /** `--seed`: a safe integer, 0 or more. */
  readonly seed?: number;
  /**
   * Says how much of the work is done, for the progress bar; cheap enough to call at every step.
   *
   * @throws `Interrupted` once the user has asked to stop; let it pass
   */
  progress(done: number, total: number): void;
  /** Aborted when the user asks to stop, for a simulation that waits for something. */
  readonly signal?: AbortSignal;
}

/**
 * The default export of a module that `simtape record ./my-sim.ts` runs. It records through `recorder`, which is
 * closed once the function returns or its promise is settled. Where the user asks to stop, the next call that
 * records throws `Interrupted`: a simulation need not handle it.
 *
 * @example
 * export default function simulate(recorder: Recorder, { steps = 1000, progress }: SimulationOptions): void {
 *   for (let step = 0; step < steps; step++) {
 *     recorder.recordStep({ position: [step, 0], reward: 1 }, step);
 *     progress(step + 1, steps);
 *   }
 * }
 */
export type Simulation = (recorder: Recorder, options: SimulationOptions) => void | Promise<void>;
