// Records frames in step with the test: a line on its input starts it, another lets it close.
//   node recorder.ts PATH RUN_ID FRAMES
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createRecorder, defineTable, f64, ref, SimulationFrame, u32 } from '../../../../src/index.ts';

const Body = defineTable('body', { frame_id: ref(SimulationFrame), index: u32(), x: f64() });
const [path, runId, frames] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const say = (what: string): void => console.log(what);

const recorder = await createRecorder({ path, runId, flushIntervalMs: 2 });
say('open');
await once(lines, 'line');
for (let frame = 0; frame < Number(frames); frame++) {
  recorder.recordFrame(frame);
  for (let index = 0; index < 4; index++) recorder.table(Body).append({ index, x: frame });
  recorder.recordStep({ position: [frame, -frame], [`from_${runId}`]: frame }, frame, 1);
  // Lets the other process in often, and this one’s next commit wait for it.
  if (frame % 10 === 9) await recorder.flush();
}
await recorder.flush();
say('recorded');
await once(lines, 'line');
await recorder.close();
say('closed');
lines.close();
