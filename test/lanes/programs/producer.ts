import { workerData } from 'node:worker_threads';
import { isSimtapeError, joinRecorder, type LaneHandle, SimulationFrame } from '../../../src/index.ts';
import { State } from '../tables.ts';

export interface ProducerData {
  readonly handle: LaneHandle;
  readonly agent: number;
  readonly frames: number;
  /** Counts lanes that have opened their tables, and the test when it is ready; at `start` they begin. */
  readonly ready: SharedArrayBuffer;
  readonly start: number;
}

/** Records frames of 20 rows as fast as it can. */
const { handle, agent, frames, ready, start } = workerData as ProducerData;
const recorder = joinRecorder(handle);
const states = recorder.table(State);
recorder.table(SimulationFrame);
const opened = new Int32Array(ready);
Atomics.add(opened, 0, 1);
Atomics.notify(opened, 0);
for (let count = Atomics.load(opened, 0); count < start; count = Atomics.load(opened, 0))
  Atomics.wait(opened, 0, count);
const state = new Float64Array(16);
for (let frame = 0; frame < frames; frame++) {
  refusable(() => recorder.recordFrame(frame));
  for (let row = 0; row < 20; row++) {
    const n = frame * 20 + row;
    refusable(() => states.append({ agent_id: agent, n, size: 20, state: state.fill(n) }));
  }
}
await recorder.close();

/** With the policy `error`, what finds no room is refused. */
function refusable(record: () => void): void {
  try {
    record();
  } catch (error) {
    if (!isSimtapeError(error, 'BufferFull') && !isSimtapeError(error, 'InvalidValue')) throw error;
  }
}
