import { workerData } from 'node:worker_threads';
import { joinRecorder, type LaneHandle } from '../../../src/index.ts';

/** What one lane is to record: episodes of its own, with a field that only it has and one that all have. */
export interface FieldsTask {
  readonly handle: LaneHandle;
  readonly lane: number;
  readonly episodes: number;
  readonly steps: number;
}

const { handle, lane, episodes, steps } = workerData as FieldsTask;
await using recorder = joinRecorder(handle);
for (let episode = 0; episode < episodes; episode++) {
  for (let step = 0; step < steps; step++) {
    const own = { [`of_${lane}`]: step * 10 + lane };
    const common = { common: step % 2 === 0 ? step : null };
    recorder.recordStep(
      lane % 2 === 0 ? { ...own, ...common } : { ...common, ...own },
      step,
      episode * 10 + lane,
    );
  }
  recorder.recordEpisode({ success: lane % 2 === 0 }, episode * 10 + lane);
}
