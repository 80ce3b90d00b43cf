export type { SearchMode } from './navigator.ts';
export { defaultPlumeOptions, type PlumeOptions } from './options.ts';
export type {
  EpisodeResult,
  PlumeEpisodeData,
  PlumeRecorder,
  PlumeStepData,
  TerminationReason,
} from './records.ts';
export { type PlumeSummary, runPlume } from './world.ts';
