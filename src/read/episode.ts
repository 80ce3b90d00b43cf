/** One episode, as its row of `episodes` says. */
export interface Episode {
  readonly runId: string;
  readonly episode: number;
  /** Seconds since the Unix epoch; the end is null where the episode was not recorded as ended. */
  readonly startTimestamp: number;
  readonly endTimestamp: number | null;
  readonly steps: number | null;
  readonly reward: number | null;
  readonly success: boolean | null;
  readonly terminationReason: string | null;
  readonly metadata: unknown;
  /** Further fields of `recordEpisode`, by their flat columns. */
  readonly fields: Readonly<Record<string, unknown>>;
}
