import type { FilamentParameters } from './filaments.ts';
import type { NavigatorParameters } from './navigator.ts';
import type { EpisodeResult } from './records.ts';
import type { WindParameters } from './wind.ts';

/** Where an episode takes place and what ends it. */
export interface EpisodeParameters {
  /** Most steps of an episode; an agent still searching after the last ends by `timeout`. */
  readonly steps: number;
  /** Agents in the same plume. They do not sense each other. */
  readonly agents: number;
  /**
   * Safe integer, 0 or more. An episode depends on the seed and its own number only, so that episode 7 of a
   * run of ten equals episode 7 of a run that starts there.
   */
  readonly seed: number;
  /** Duration of a step, s. */
  readonly timeStep: number;
  /** How long the plume blows before the first step, s; arenaLength / windSpeed or more fills the arena. */
  readonly warmUp: number;
  /** Distance from the source at which it counts as found, m; checked at the end of each step. */
  readonly successRadius: number;
  /** Agents start this far downwind of the source, m: [least, most]. */
  readonly startDistance: readonly [number, number];
  /** Agents start at most this far to either side of the source's axis, m. */
  readonly startOffset: number;
  /** Side of the square cells in which `exploration_coverage` is counted, m. */
  readonly coverageCell: number;
}

/**
 * Options of `runPlume`. Units: metres, seconds, radians, and odour units (ou) for the amount of odour. The
 * arena is [0, arenaLength] x [0, arenaWidth]; the mean wind blows along +x.
 */
export interface PlumeOptions
  extends EpisodeParameters,
    WindParameters,
    FilamentParameters,
    NavigatorParameters {
  readonly episodes: number;
  /** Number of the first episode. */
  readonly firstEpisode: number;
  /**
   * Called after every step with the steps done so far, out of `episodes * steps`. An episode that ends early
   * counts in full once it has ended.
   */
  readonly onProgress?: (done: number, total: number, episode: number) => void;
  /** Called after an episode has been recorded. */
  readonly onEpisode?: (result: EpisodeResult) => void;
}

/**
 * A plume that meanders about its axis by some 15 degrees and is smelled some 30 % of the time 5 m downwind
 * on it; about two in three searches succeed within the 50 s.
 */
export const defaultPlumeOptions: PlumeOptions = Object.freeze({
  episodes: 5,
  firstEpisode: 1,
  steps: 500,
  agents: 1,
  seed: 42,
  timeStep: 0.1,
  warmUp: 30,
  arenaLength: 20,
  arenaWidth: 10,
  source: Object.freeze([2, 5] as const),
  successRadius: 0.5,
  startDistance: Object.freeze([6, 12] as const),
  startOffset: 2,
  coverageCell: 0.5,
  windSpeed: 1,
  windGust: 0.2,
  windMeander: 0.25,
  windCorrelationTime: 5,
  releaseRate: 20,
  emissionRate: 10,
  puffRadius: 0.05,
  puffGrowth: 0.001,
  puffDispersion: 0.1,
  puffMaxAge: 60,
  sensorThreshold: 2,
  maxSpeed: 0.6,
  maxTurnRate: 3,
  surgeTime: 1,
  castWidth: 0.8,
  castGrowth: 1.7,
  castAngle: Math.PI / 2,
});
