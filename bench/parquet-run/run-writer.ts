import { createRecorder, type RecorderConfig } from '../../src/index.ts';
import { BodyState, bodyRow } from '../bodies.ts';
import { report } from '../sqlite/task.ts';
import { BODIES_PER_FRAME, makeState, walk } from '../state.ts';

/** Records rows as fast as they can be made. Arguments: configuration as JSON, number of rows. */
const [config, rows] = process.argv.slice(2);
const recorder = await createRecorder(JSON.parse(config!) as RecorderConfig);
const table = recorder.table(BodyState);
const state = makeState();
let random = 1;
let inRecorder = 0;
const start = performance.now();
for (let frame = 0; frame < Number(rows) / BODIES_PER_FRAME; frame++) {
  random = walk(state, random);
  const before = performance.now();
  recorder.recordFrame(frame / 60);
  for (let body = 0; body < BODIES_PER_FRAME; body++) table.append(bodyRow(state, body));
  inRecorder += performance.now() - before;
}
await recorder.close();
report({
  version: '',
  seconds: (performance.now() - start) / 1000,
  inRecorder: inRecorder / 1000,
  stalled: recorder.metrics().stallMs / 1000,
});
