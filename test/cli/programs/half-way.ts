// Throws after 40 steps.
import type { Recorder } from '../../../src/index.ts';

export default function simulate(recorder: Recorder): void {
  for (let step = 0; ; step++) {
    if (step === 40) fallOver();
    recorder.recordStep({ reward: step }, step);
  }
}

function fallOver(): never {
  throw new RangeError('the robot\nfell over');
}
