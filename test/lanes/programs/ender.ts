import { parentPort, workerData } from 'node:worker_threads';
import { isSimtapeError, joinRecorder, type LaneHandle } from '../../../src/index.ts';
import { CLOSE_BEGUN, passed } from '../../support/gate.ts';
import { Agent, State } from '../tables.ts';

export type Ending =
  | 'close'
  | 'blocked'
  | 'nothing'
  | 'throw'
  | 'exit'
  | 'mid-frame'
  | 'full'
  | 'idle'
  | 'flush-late'
  | 'goes-on';

export interface EnderData {
  readonly handle: LaneHandle;
  readonly ending: Ending;
  readonly gate: SharedArrayBuffer;
}

/** Records two frames of three rows, and ends as it is told. */
const { handle, ending, gate } = workerData as EnderData;
const recorder = joinRecorder(handle);
const states = recorder.table(State);
const agent = recorder.table(Agent).append({ lane: 1 });
const forever = new Int32Array(new SharedArrayBuffer(4));
let n = 0;

function append(): boolean {
  return states.append({ agent_id: agent, n, size: 3, state: new Array(16).fill(n++) }) > 0;
}

function frame(): void {
  recorder.recordFrame(n);
  for (let row = 0; row < 3; row++) append();
}

frame();
frame();
recorder.endFrame();
switch (ending) {
  case 'close':
    await recorder.close();
    break;
  case 'blocked':
    recorder.closeSync();
    Atomics.wait(forever, 0, 0);
    break;
  case 'throw':
    throw new Error('on purpose');
  case 'exit':
    process.exit(7);
    break;
  case 'mid-frame':
    frame();
    parentPort!.postMessage('ready');
    Atomics.wait(forever, 0, 0);
    break;
  case 'full':
    recorder.recordFrame(n);
    parentPort!.postMessage('ready');
    for (let going = true; going; ) going = append();
    break;
  case 'idle':
    parentPort!.once('message', async () => {
      await recorder.close();
      parentPort!.postMessage('closed');
    });
    parentPort!.postMessage('ready');
    break;
  case 'flush-late':
    await recorder.flush();
    parentPort!.postMessage('ready');
    passed(new Int32Array(gate), CLOSE_BEGUN);
    {
      const flushed = recorder.flush();
      parentPort!.postMessage('asked');
      parentPort!.postMessage(await flushed.then(() => 'flushed', tag));
    }
    break;
  case 'goes-on':
    parentPort!.postMessage('ready');
    try {
      for (;;) frame();
    } catch (error) {
      parentPort!.postMessage(tag(error));
    }
    break;
  default:
}

function tag(error: unknown): string {
  return isSimtapeError(error) ? error.tag : String(error);
}
