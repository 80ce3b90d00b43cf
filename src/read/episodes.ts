import type { Reader, RecordedRow, Run } from './reader.ts';
import { noSuchRun } from './select.ts';

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

/** The episodes of a recording, or of one of its runs, in the order of their numbers, run by run. */
export async function episodesOf(
  reader: Pick<Reader, 'runs' | 'table'>,
  run: string | undefined,
): Promise<readonly Episode[]> {
  const runs = reader.runs();
  const known = runs.map(({ runId }) => runId);
  if (run !== undefined && !known.includes(run)) throw noSuchRun(run, known);
  const episodes: Episode[] = [];
  for (const { runId, episodes: count } of runs) {
    if (count === 0 || (run !== undefined && runId !== run)) continue;
    for await (const row of reader.table('episodes').rows({ run: runId }))
      episodes.push(episodeOf(runId, row));
  }
  return episodes;
}

function episodeOf(runId: string, row: RecordedRow): Episode {
  const {
    run_id,
    episode_id,
    start_timestamp,
    end_timestamp,
    total_steps,
    total_reward,
    success,
    termination_reason,
    metadata,
    ...fields
  } = row;
  return {
    runId,
    episode: Number(episode_id),
    startTimestamp: start_timestamp as number,
    endTimestamp: end_timestamp as number | null,
    steps: total_steps === null ? null : Number(total_steps),
    reward: total_reward as number | null,
    success: success as boolean | null,
    terminationReason: termination_reason as string | null,
    metadata,
    fields,
  };
}

/** Where the runs come from, by their ids. */
export function provenanceOf(runs: readonly Run[]): ReadonlyMap<string, Run['provenance']> {
  return new Map(runs.map(({ runId, provenance }) => [runId, provenance]));
}
