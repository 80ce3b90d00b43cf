// Records steps, flushes, and goes on for ever, whatever the recorder says.
import type { Recorder } from '../../../src/index.ts';

export default function simulate(recorder: Recorder): void {
  for (let step = 0; step < 500; step++) recorder.recordStep({ reward: step }, step);
  recorder.flushSync();
  console.log('looping');
  for (;;);
}
