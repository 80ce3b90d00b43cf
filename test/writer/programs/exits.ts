// Appends rows and ends in the way that is named, without a flush.
//   node exits.ts PATH end|exit|throw|reject|worker
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { createRecorder, defineTable, f64 } from '../../../src/index.ts';

const [path, way] = isMainThread ? process.argv.slice(2) : (workerData as string[]);

if (way === 'worker') {
  new Worker(new URL(import.meta.url), { workerData: [path, 'exit'] });
} else {
  const recorder = await createRecorder({ path: path!, flushIntervalMs: 60_000 });
  const samples = recorder.table(defineTable('samples', { value: f64() }));
  recorder.recordFrame(0);
  for (let i = 0; i < 5000; i++) samples.append({ value: i });
  if (way === 'exit') process.exit(0);
  if (way === 'throw') throw new Error('the simulation broke');
  if (way === 'reject') await Promise.reject(new Error('the simulation broke'));
}
