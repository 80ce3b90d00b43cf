import { createRecorder, defineTable, f64, joinRecorder } from '../../../src/index.ts';

/** Ends with a frame open in a lane on the recorder's own thread. */
const recorder = await createRecorder({ path: process.argv[2]! });
const lane = joinRecorder(recorder.attach());
lane.recordFrame(0);
lane.table(defineTable('item', { n: f64() })).append({ n: 1 });
process.exit();
