import type { SearchMode } from './navigator.ts';

/** Why an episode ended. */
export type TerminationReason = 'success' | 'timeout' | 'left_arena';

/**
 * One agent's part of a step: what it did over the step, and where that left it at the end of the step. The
 * keys and their order are the same at every step. Type aliases rather than interfaces, so that they are
 * `Record<string, unknown>` to a recorder.
 */
export type PlumeStepData = {
  /** s since the episode's first step began. */
  simulation_time: number;
  /** [x, y], m. */
  position: [number, number];
  /** Heading in (-pi, pi], rad, counterclockwise from +x. */
  orientation: number;
  /** [vx, vy] over the step, m/s. */
  velocity: [number, number];
  /** At `position`, ou/m^3. */
  concentration: number;
  /** [d/dx, d/dy] of the concentration at `position`, ou/m^4. */
  gradient: [number, number];
  /** Control over the step: rad/s and m/s. */
  action: { turn_rate: number; speed: number };
  reward: number;
  /** True at the agent's last step. */
  done: boolean;
  info: {
    /** What the agent was doing over the step. */
    mode: SearchMode;
    /** Whether it smelled odour when it chose the action. */
    hit: boolean;
    /** m from `position`. */
    distance_to_source: number;
    /** [u, v] at the end of the step, m/s. */
    wind: [number, number];
  };
};

/**
 * An episode's record. With several agents, the lead agent is the first to reach the source (of several in
 * the same step, the one with the lowest number), or else the one that ended nearest to it.
 */
export type PlumeEpisodeData = {
  /** Steps recorded: those of the agent that searched longest. */
  total_steps: number;
  /** Sum over steps and agents. */
  total_reward: number;
  /** Whether any agent reached the source. */
  success: boolean;
  /** Of the lead agent, [x, y], m. */
  final_position: [number, number];
  /**
   * Of the lead agent, in [0, 1]: the straight way from its start to the success radius over the way it went,
   * and 0 without success (SPL of a single episode; Anderson et al. 2018, arXiv:1807.06757).
   */
  path_efficiency: number;
  /** `simulation_time` at which the lead agent reached the source, s; null if none did. */
  time_to_source: number | null;
  /** Sum over agents, m. */
  distance_traveled: number;
  /** Share of the arena's cells that any agent has been in. */
  exploration_coverage: number;
  /** Of the lead agent. */
  termination_reason: TerminationReason;
};

/** An episode as reported to the caller of the world. */
export interface EpisodeResult {
  readonly episode: number;
  /** As recorded. */
  readonly data: PlumeEpisodeData;
}

/** The part of a simtape recorder that the plume world uses. */
export interface PlumeRecorder {
  recordStep(
    stepData: Record<string, unknown>,
    stepNumber: number,
    episodeId: number,
    metadata?: Record<string, unknown>,
  ): unknown;
  recordEpisode(
    episodeData: Record<string, unknown>,
    episodeId: number,
    metadata?: Record<string, unknown>,
  ): unknown;
}
