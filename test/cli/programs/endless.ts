// Records steps in a loop that never comes back to its event loop.
import type { Recorder } from '../../../src/index.ts';

export default function simulate(recorder: Recorder): void {
  for (let step = 0; ; step++) {
    recorder.recordStep({ position: [step, 0], reward: 1 }, step);
    if (step === 1000) console.log('looping');
  }
}
