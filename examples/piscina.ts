// A pool of threads runs episodes of a bandit; every task records through a lane of its own into one file.
//   node examples/piscina.ts
import { isMainThread } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { createRecorder, joinRecorder, type LaneHandle } from '../src/index.ts';

interface Task {
  readonly handle: LaneHandle;
  /** How often the agent tries an arm at random. */
  readonly curiosity: number;
}

const EPISODES = 8;
const STEPS = 500;
const ARMS = [0.2, 0.5, 0.7];

if (isMainThread) {
  await using recorder = await createRecorder({ directory: 'recordings', world: 'bandit' });
  const pool = new Piscina({ filename: import.meta.url });
  const rewards = await Promise.all(
    Array.from({ length: EPISODES }, (_, i) => {
      const handle = recorder.attach();
      const task: Task = { handle, curiosity: i / EPISODES };
      // Piscina wants an array, and declares another form of it.
      return pool.run(task, { transferList: [handle.port] as object });
    }),
  );
  await pool.destroy();
  console.log(`${EPISODES} episodes on a pool of threads, rewards ${rewards.join(', ')}`);
  console.log(`recorded to ${recorder.path}`);
}

/** What the pool calls on its threads. @returns the reward of the episode */
export default async function episode({ handle, curiosity }: Task): Promise<number> {
  await using recorder = joinRecorder(handle);
  const [tries, wins] = [ARMS.map(() => 1), ARMS.map(() => 1)];
  let total = 0;
  recorder.startEpisode();
  for (let step = 0; step < STEPS; step++) {
    const estimates = wins.map((won, arm) => won / tries[arm]!);
    const best = estimates.indexOf(Math.max(...estimates));
    const arm = Math.random() < curiosity ? Math.floor(Math.random() * ARMS.length) : best;
    const reward = Math.random() < ARMS[arm]! ? 1 : 0;
    tries[arm]!++;
    wins[arm]! += reward;
    total += reward;
    recorder.recordStep({ arm, reward, estimates }, step);
  }
  recorder.endEpisode({ curiosity });
  return total;
}
