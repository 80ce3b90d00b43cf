/** How a run was finished whose own process did not. */
export interface Recovery {
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
  /** What could not be brought back, in words. */
  readonly losses: readonly string[];
}
