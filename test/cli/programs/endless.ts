// Records steps in a loop that never comes back to its event loop, not so fast that the writer falls behind.
import type { Recorder } from '../../../src/index.ts';

const pause = new Int32Array(new SharedArrayBuffer(4));

export default function simulate(recorder: Recorder): void {
  for (let step = 0; ; step++) {
    recorder.recordStep({ position: [step, 0], reward: 1 }, step);
    if (step === 1000) console.log('looping');
    if (step % 20 === 0) Atomics.wait(pause, 0, 0, 1);
  }
}
