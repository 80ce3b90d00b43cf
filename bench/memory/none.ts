import { createRecorder } from '../../src/index.ts';
import { BodyState, bodyRow } from '../bodies.ts';
import { makeState } from '../state.ts';

/** What a recorder that records nothing holds, in MB, after a million appends: JavaScript heap and buffers. */
const state = makeState();
const warm = bodyRow(state, 0);
const before = held();
const recorder = await createRecorder({ backend: 'none' });
const table = recorder.table(BodyState);
for (let frame = 0; frame < 10_000; frame++) {
  recorder.recordFrame(frame);
  for (let body = 0; body < 100; body++) table.append(warm);
  recorder.recordStep({ reward: 1 }, frame);
}
process.stdout.write(JSON.stringify({ held: (held() - before) / 2 ** 20 }));
await recorder.close();

function held(): number {
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
