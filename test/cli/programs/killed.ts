import type { Recorder } from '../../../src/index.ts';

/** Records some episodes and is killed in the middle of one. */
export default async function simulate(recorder: Recorder): Promise<void> {
  for (let step = 0; step < 250; step++)
    recorder.recordStep({ reward: step }, step % 100, 1 + Math.floor(step / 100));
  await recorder.flush();
  process.kill(process.pid, 'SIGKILL');
}
