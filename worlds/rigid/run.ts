import type { Recorder } from '../../src/index.ts';
import { defaultScene, duration, type RecordedTables, type SceneOptions, wholeNumber } from './options.ts';
import { WorldModel } from './world-model.ts';

/** What `simtape record rigid` runs. */
export interface RigidOptions extends SceneOptions, RecordedTables {
  /** Rows of `contact`. Default true, other than a `WorldModel`'s. */
  readonly contacts?: boolean;
  /** Number of steps, 1 or more. Default 600. */
  readonly steps?: number;
  /** Duration of a step, s. Default 1/60. */
  readonly timeStep?: number;
  /** Called after every step. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Ten seconds, in which a hundred bodies fall and mostly come to rest; with their contacts. */
export const defaultRigidOptions: Required<Omit<RigidOptions, 'onProgress'>> = Object.freeze({
  ...defaultScene,
  energy: true,
  contacts: true,
  steps: 600,
  timeStep: 1 / 60,
});

/**
 * Drops bodies on a floor and records each step as a frame. The same options give the same data.
 *
 * @throws `BackendUnavailable` where Rapier is not installed; RangeError for an option that is out of range
 */
export async function runRigid(recorder: Recorder, options: RigidOptions = {}): Promise<void> {
  const { steps, timeStep, ...scene } = { ...defaultRigidOptions, ...options };
  wholeNumber('steps', steps, 1);
  duration('timeStep', timeStep);
  using model = await WorldModel.create(scene);
  model.recordTo(recorder);
  for (let step = 0; step < steps; step++) {
    model.update(timeStep);
    options.onProgress?.(step + 1, steps);
  }
}
