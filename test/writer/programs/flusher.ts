// Records steps and frames without end, and prints what each flush has confirmed. Killed by the test.
//   node flusher.ts PATH sqlite|parquet|hdf5
import { writeSync } from 'node:fs';
import {
  createRecorder,
  defineTable,
  f64,
  Hdf5Objects,
  json,
  ref,
  SimulationFrame,
  u32,
} from '../../../src/index.ts';

const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  body: u32(),
  x: f64({ unit: 'm' }),
});
const Event = defineTable('event', { frame_id: ref(SimulationFrame), data: json({ nullable: true }) });
const BODIES = 10;
const EPISODE_STEPS = 30;

const [path, backend] = process.argv.slice(2) as [string, string];
const recorder = await createRecorder({
  path,
  backend,
  flushIntervalMs: 5,
  // Row groups, files and segments of the journal change all the time.
  parquet: { rowGroupValues: 2000, maxFileRows: 1500, journalBytes: 100_000 },
  // Chunks are full all the time, and checkpoints made.
  hdf5: { chunkSize: 100, journalBytes: 100_000 },
});
const states = recorder.table(State);
const events = recorder.table(Event);
// A dataset beside the tables, of which each frame has a row.
const own =
  backend === 'hdf5'
    ? new Hdf5Objects(recorder).createDataset('/own/frames', [0, 2], 'int32', { maxShape: [null, 2] })
    : null;
let frames = 0;
let steps = 0;
for (;;) {
  const until = frames + 1 + ((frames * 7919) % 400);
  for (; frames < until; frames++) {
    recorder.recordFrame(frames / 60);
    for (let body = 0; body < BODIES; body++) states.append({ body, x: frames + body / 16 });
    if (frames % 7 === 0) events.append({ data: frames % 2 === 0 ? { frame: frames } : null });
    own?.write([frames, -frames]);
    recorder.endFrame();
    const episode = 1 + Math.floor(steps / EPISODE_STEPS);
    recorder.recordStep({ position: [steps, -steps], reward: 1 }, steps % EPISODE_STEPS, episode);
    if (++steps % EPISODE_STEPS === 0)
      recorder.recordEpisode({ end_timestamp: steps, success: true }, episode);
  }
  await recorder.flush();
  // Synchronous, so that a line which was printed is a line which the test has.
  writeSync(1, `${frames} ${steps}\n`);
}
