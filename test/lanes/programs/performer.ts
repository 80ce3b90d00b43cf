import { workerData } from 'node:worker_threads';
import { isSimtapeError, joinRecorder, type LaneHandle } from '../../../src/index.ts';
import { Performer } from '../performer.ts';

/** How a thread ends; the last three go on until they are terminated, or see the recorder close. */
export type Ending = 'close' | 'nothing' | 'throw' | 'exit' | 'endless' | 'open' | 'full';

export interface PerformerData {
  readonly handle: LaneHandle;
  readonly lane: number;
  readonly seed: number;
  readonly operations: number;
  readonly ending: Ending;
  readonly board: SharedArrayBuffer;
}

const { handle, lane, seed, operations, ending, board } = workerData as PerformerData;
const recorder = joinRecorder(handle);
try {
  const performer = new Performer(recorder, lane, seed, board);
  for (let done = 0; done < operations; done++) performer.perform();
  if (ending === 'open') performer.leaveOpen();
  if (ending === 'open') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  while (ending === 'full') performer.fill();
  while (ending === 'endless') performer.perform();
  if (ending === 'throw') throw new Error('on purpose');
  if (ending === 'exit') process.exit(3);
  if (ending === 'close') await recorder.close();
} catch (error) {
  // The recorder was closed under it.
  if (!isSimtapeError(error, 'RecorderClosed')) throw error;
}
