import { createRecorder } from '../../src/index.ts';
import { RandomStream } from '../../worlds/random.ts';

export const EPISODES = 10;
export const STEPS = 1000;

/**
 * Records walks with what a step has in the recording specification, an action as an object included. They are noisy:
 * episodes that are alike would compress to next to nothing.
 */
export async function recordEpisodes(path: string, backend: string): Promise<void> {
  const recorder = await createRecorder({ backend, path, thread: false });
  const random = RandomStream.named(1, 'steps');
  for (let episode = 1; episode <= EPISODES; episode++) {
    for (let step = 0; step < STEPS; step++) {
      const time = step / 50 + random.uniform(0, 0.01);
      recorder.recordStep(
        {
          timestamp: 1.7e9 + episode * 1000 + time,
          position: [Math.sin(time) * 5 + random.normal(), Math.cos(time) * 3 + random.normal()],
          velocity: [Math.cos(time), -Math.sin(time)],
          orientation: time % 6.28,
          concentration: Math.exp(-time) * Math.abs(Math.sin(time * 7)),
          action: { mode: step % 3 === 0 ? 'surge' : 'cast', turn: step % 5 },
          reward: step === STEPS - 1 ? 1 : -0.01,
        },
        step,
        episode,
      );
    }
    recorder.recordEpisode({ success: true, termination_reason: 'source' }, episode);
  }
  await recorder.close();
}
