// Several threads record into one file: each walks a drunkard of its own, the main thread says how the walks ended.
//   node examples/worker-threads.ts
import { availableParallelism } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import {
  createRecorder,
  defineTable,
  joinRecorder,
  type LaneHandle,
  ref,
  SimulationFrame,
  utf8,
  vec2,
} from '../src/index.ts';

const Walker = defineTable('walker', { name: utf8() }, { static: true });
const Position = defineTable('position', {
  frame_id: ref(SimulationFrame),
  // A row of another thread: its id is given out before the row is written.
  walker_id: ref(Walker),
  position: vec2({ unit: 'm' }),
});

interface Walk {
  readonly handle: LaneHandle;
  readonly walker: number;
}

const STEPS = 2000;

if (isMainThread) await direct();
else await walk(workerData as Walk);

/** On the main thread: opens the recording and starts the walkers. */
async function direct(): Promise<void> {
  await using recorder = await createRecorder({ directory: 'recordings', world: 'drunkards' });
  const walkers = recorder.table(Walker);
  const threads = Array.from({ length: Math.min(4, availableParallelism()) }, (_, i) => {
    const handle = recorder.attach();
    const workerData: Walk = { handle, walker: walkers.append({ name: `walker ${i + 1}` }) };
    return new Worker(new URL(import.meta.url), { workerData, transferList: [handle.port] });
  });
  await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('exit', resolve))));
  await recorder.flush();

  const farthest = await recorder.executeQuery(`
    SELECT name, count(*) AS steps, round(max(sqrt(position_x * position_x + position_y * position_y)), 1) AS metres
    FROM position JOIN walker ON walker.id = walker_id GROUP BY name ORDER BY name`);
  for (const { name, steps, metres } of farthest)
    console.log(`${name}: ${steps} steps, at most ${metres} m away`);
  console.log(`recorded to ${recorder.path}`);
}

/** On a thread of its own: one frame for each step. */
async function walk({ handle, walker }: Walk): Promise<void> {
  await using recorder = joinRecorder(handle);
  const positions = recorder.table(Position);
  let [x, y] = [0, 0];
  for (let step = 0; step < STEPS; step++) {
    const direction = 2 * Math.PI * Math.random();
    x += Math.cos(direction);
    y += Math.sin(direction);
    recorder.recordFrame(step);
    positions.append({ walker_id: walker, position: [x, y] });
  }
}
