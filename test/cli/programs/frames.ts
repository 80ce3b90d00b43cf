// Records frames of a thousand rows in a loop that never comes back to its event loop, not so fast that the writer
// falls behind.
import { defineTable, f64, type Recorder, ref, SimulationFrame } from '../../../src/index.ts';

const Body = defineTable('body', { frame_id: ref(SimulationFrame), x: f64() });

const pause = new Int32Array(new SharedArrayBuffer(4));

export default function simulate(recorder: Recorder): void {
  const bodies = recorder.table(Body);
  for (let frame = 0; ; frame++) {
    recorder.recordFrame(frame / 60);
    for (let body = 0; body < 1000; body++) bodies.append({ x: body });
    if (frame === 10) console.log('looping');
    Atomics.wait(pause, 0, 0, 20);
  }
}
