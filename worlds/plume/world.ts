import { runEpisode } from './episode.ts';
import type { PlumeOptions } from './options.ts';
import type { EpisodeResult, PlumeRecorder } from './records.ts';
import { resolvePlumeOptions } from './validate.ts';

/** What a run of the plume world came to. */
export interface PlumeSummary {
  readonly episodes: readonly EpisodeResult[];
  /** Steps recorded over all episodes. */
  readonly steps: number;
  /** Episodes in which an agent reached the source. */
  readonly successes: number;
}

/**
 * Runs agents that search an odour source in a turbulent plume, and records every step and episode.
 * Synchronous: one `recordStep` call per step (0-based in its episode) and one `recordEpisode` call at the
 * end of each episode. With one agent a step is its `PlumeStepData`; with several it is
 * `{ agent_0: PlumeStepData, agent_1: ... }` of those that still search. The same options give the same data.
 *
 * @throws RangeError for an option that is out of range or unknown, before anything is recorded
 */
export function runPlume(recorder: PlumeRecorder, options: Partial<PlumeOptions> = {}): PlumeSummary {
  const resolved = resolvePlumeOptions(options);
  const { episodes, firstEpisode, steps, onProgress, onEpisode } = resolved;
  const total = episodes * steps;
  const results: EpisodeResult[] = [];
  for (let i = 0; i < episodes; i++) {
    const episode = firstEpisode + i;
    const result = runEpisode(recorder, resolved, episode, (done) =>
      onProgress?.(i * steps + done, total, episode),
    );
    results.push(result);
    onEpisode?.(result);
    if (result.data.total_steps < steps) onProgress?.((i + 1) * steps, total, episode);
  }
  return {
    episodes: results,
    steps: results.reduce((sum, result) => sum + result.data.total_steps, 0),
    successes: results.filter((result) => result.data.success).length,
  };
}
