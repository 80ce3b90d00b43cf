import { parentPort, workerData } from 'node:worker_threads';
import { defineTable, f64, joinRecorder, type LaneHandle } from '../../../src/index.ts';

export interface FlightTask {
  readonly handle: LaneHandle;
  /** Becomes 1 when the lane is to record one more. */
  readonly go: SharedArrayBuffer;
}

const { handle, go } = workerData as FlightTask;
const recorder = joinRecorder(handle);
const { append } = recorder.table(defineTable('lane_state', { x: f64() }));
for (let x = 0; x < 100; x++) {
  recorder.recordFrame(x);
  append({ x });
}
recorder.endFrame();
parentPort!.postMessage('kept');
Atomics.wait(new Int32Array(go), 0, 0);
recorder.recordFrame(100);
append({ x: 100 });
recorder.endFrame();
recorder.flushSync();
parentPort!.postMessage('dumped');
parentPort!.once('message', () => void recorder.close());
