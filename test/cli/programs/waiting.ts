// Records a step, then waits for something that comes only by the signal.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulationOptions } from '../../../cli/simulation.ts';
import type { Recorder } from '../../../src/index.ts';

export default async function simulate(recorder: Recorder, { signal }: SimulationOptions): Promise<void> {
  recorder.recordStep({ reward: 1 }, 0);
  console.log('waiting');
  await sleep(600_000, null, signal === undefined ? {} : { signal });
}
