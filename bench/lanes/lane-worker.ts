import { parentPort, workerData } from 'node:worker_threads';
import { joinRecorder, type LaneHandle } from '../../src/index.ts';
import { BodyState, bodyRow } from '../bodies.ts';
import { BODIES_PER_FRAME, makeState, walk } from '../state.ts';

/** What one lane is to record. */
export interface LaneTask {
  readonly handle: LaneHandle;
  readonly frames: number;
}

const { handle, frames } = workerData as LaneTask;
const recorder = joinRecorder(handle);
const { append } = recorder.table(BodyState);
const state = makeState();

/** Processor time of this thread, in nanoseconds. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) * 1000;
}

/** Nanoseconds of processor time for frames with their work, and with or without their rows. */
function run(count: number, record: boolean): number {
  const start = threadTime();
  for (let frame = 0; frame < count; frame++) {
    walk(state, frame);
    if (record) {
      recorder.recordFrame(frame);
      for (let body = 0; body < BODIES_PER_FRAME; body++) append(bodyRow(state, body));
      recorder.endFrame();
    }
  }
  return threadTime() - start;
}

run(frames / 5, true);
recorder.flushSync();
const work = run(frames, false);
const all = run(frames, true);
parentPort!.postMessage((all - work) / (frames * BODIES_PER_FRAME));
await recorder.close();
