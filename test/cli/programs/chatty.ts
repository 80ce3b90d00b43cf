// Prints on both streams, and says what options it was given.
import type { SimulationOptions } from '../../../cli/simulation.ts';
import type { Recorder } from '../../../src/index.ts';

export default function simulate(
  recorder: Recorder,
  { progress, signal, ...numbers }: SimulationOptions,
): void {
  recorder.recordStep({ reward: 1 }, 0);
  progress(1, 1);
  console.log(`options ${JSON.stringify(numbers)} ${signal?.aborted}`);
  console.error('to stderr');
}
