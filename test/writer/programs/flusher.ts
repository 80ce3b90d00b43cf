// Records steps and frames without end, and prints what each flush has confirmed. Killed by the test.
//   node flusher.ts PATH
import { writeSync } from 'node:fs';
import { createRecorder, defineTable, f64, ref, SimulationFrame, u32 } from '../../../src/index.ts';

const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  body: u32(),
  x: f64({ unit: 'm' }),
});
const BODIES = 10;

const recorder = await createRecorder({ path: process.argv[2]!, flushIntervalMs: 5 });
const states = recorder.table(State);
let frames = 0;
let steps = 0;
for (;;) {
  const until = frames + 1 + ((frames * 7919) % 400);
  for (; frames < until; frames++) {
    recorder.recordFrame(frames / 60);
    for (let body = 0; body < BODIES; body++) states.append({ body, x: frames + body / 16 });
    recorder.endFrame();
    recorder.recordStep({ position: [frames, -frames], reward: 1 }, steps++, 1);
  }
  await recorder.flush();
  // Synchronous, so that a line which was printed is a line which the test has.
  writeSync(1, `${frames} ${steps}\n`);
}
