import { workerData } from 'node:worker_threads';
import { type LaneHandle, RecorderFactory } from '../../../src/index.ts';

/** What a thread is to record: an episode of its own. */
export interface AgentTask {
  readonly handle: LaneHandle;
  readonly episode: number;
  readonly steps: number;
}

const { handle, episode, steps } = workerData as AgentTask;
await using recorder = RecorderFactory.joinRecorder(handle);
for (let i = 0; i < steps; i++) recorder.recordStep({ position: [episode, i], reward: 1 }, i, episode);
recorder.recordEpisode({ success: true }, episode);
