import {
  type PlumeEpisodeData,
  type PlumeOptions,
  type PlumeStepData,
  type PlumeSummary,
  runPlume,
} from '../../../worlds/plume/index.ts';

export interface StepCall<Data> {
  readonly data: Data;
  readonly step: number;
  readonly episode: number;
}

export interface Collected<Data> {
  readonly steps: readonly StepCall<Data>[];
  readonly episodes: readonly { readonly data: PlumeEpisodeData; readonly episode: number }[];
  readonly summary: PlumeSummary;
}

/** Runs the world and keeps what it records, as given. */
function collect<Data>(options: Partial<PlumeOptions>): Collected<Data> {
  const steps: StepCall<Data>[] = [];
  const episodes: { data: PlumeEpisodeData; episode: number }[] = [];
  const summary = runPlume(
    {
      recordStep: (data, step, episode) => steps.push({ data: data as Data, step, episode }),
      recordEpisode: (data, episode) => episodes.push({ data: data as PlumeEpisodeData, episode }),
    },
    options,
  );
  return { steps, episodes, summary };
}

export function collectOne(options: Partial<PlumeOptions> = {}): Collected<PlumeStepData> {
  return collect<PlumeStepData>({ ...options, agents: 1 });
}

export function collectMany(
  agents: number,
  options: Partial<PlumeOptions> = {},
): Collected<Record<string, PlumeStepData>> {
  return collect<Record<string, PlumeStepData>>({ ...options, agents });
}
