/**
 * Records runs as folders of Parquet files, one closed and one whose process is killed, with a JSON file of what
 * they hold, for parquet_runs.py: `node test/interop/parquet_runs.ts FOLDER`.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRecorder, type Recorder } from '../../src/index.ts';

const EPISODES = 4;
const STEPS = 120;

/** Steps in the standard format. The wind is only measured from the second half of episode 2 on. */
async function simulate(recorder: Recorder): Promise<void> {
  for (let episode = 1; episode <= EPISODES; episode++) {
    for (let step = 0; step < STEPS; step++) {
      recorder.recordStep(
        {
          timestamp: 1_700_000_000 + episode * 1000 + step / 10,
          position: positionAt(episode, step),
          orientation: step / 50,
          velocity: [1, -0.5],
          concentration: Math.exp(-step / 30),
          action: { turn: step % 3, run: true },
          reward: step === STEPS - 1 ? 1 : -0.01,
          done: step === STEPS - 1,
          info: { episode },
          ...(episode > 2 || (episode === 2 && step >= STEPS / 2) ? { wind: episode + step } : {}),
        },
        step,
        episode,
      );
    }
    recorder.recordEpisode({ success: episode % 2 === 0, path_efficiency: 0.5 }, episode);
    await recorder.flush();
  }
}

/** An arc, so that the way is longer than the distance. */
function positionAt(episode: number, step: number): [number, number] {
  const angle = (step / STEPS) * Math.PI;
  return [episode * Math.cos(angle), episode * Math.sin(angle)];
}

/** What the workflow of the specification prints for an episode. */
function analysis(episode: number): string[] {
  const places = Array.from({ length: STEPS }, (_, step) => positionAt(episode, step));
  const between = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
  const total = places.slice(1).reduce((sum, place, i) => sum + between(place, places[i]!), 0);
  const direct = between(places[0]!, places.at(-1)!);
  return [
    `Path efficiency: ${(direct / total).toFixed(2)}`,
    `Total distance: ${total.toFixed(1)}`,
    `Episode duration: ${((STEPS - 1) / 10).toFixed(1)}s`,
  ];
}

const [folder, only] = process.argv.slice(2);
if (folder === undefined) throw new Error('give the folder to write to');
const config = { backend: 'parquet', flushIntervalMs: 3_600_000, world: 'arc', seed: 7 } as const;
if (only === 'killed') {
  await simulate(await createRecorder({ ...config, path: join(folder, 'killed') }));
  process.kill(process.pid, 'SIGKILL');
}
const recorder = await createRecorder({ ...config, directory: folder, runId: 'closed' });
await simulate(recorder);
await recorder.close();
const { signal } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), folder, 'killed']);
if (signal !== 'SIGKILL') throw new Error(`the run to be killed ended by ${signal}`);
const expected = {
  episodes: EPISODES,
  steps: STEPS,
  windNulls: STEPS + STEPS / 2,
  analysis: Array.from({ length: EPISODES }, (_, i) => analysis(i + 1)),
};
writeFileSync(join(folder, 'expected.json'), JSON.stringify(expected));
