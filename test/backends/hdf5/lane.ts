/** Records from a thread of its own: other columns than the first thread, in another order. */
import { workerData } from 'node:worker_threads';
import { defineTable, f64, joinRecorder, type LaneHandle, utf8 } from '../../../src/index.ts';

const { handle, lane, steps } = workerData as { handle: LaneHandle; lane: number; steps: number };
const recorder = joinRecorder(handle);
const Shared = defineTable('shared', { n: f64(), note: utf8({ nullable: true }) });
for (let step = 0; step < steps; step++) {
  recorder.recordStep({ c: `lane ${lane}`, b: [2, step], reward: step + lane }, step, 1 + lane);
  recorder.table(Shared).append({ n: step, note: `lane ${lane}` });
}
await recorder.close();
