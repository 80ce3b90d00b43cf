import { SimtapeError } from '../errors.ts';
import type { Episode } from './episode.ts';
import type { Reader, RecordedRow, Run } from './reader.ts';
import { noSuchRun } from './select.ts';

const EPISODE_ID = 'episode_id';

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

/**
 * Refuses numbers of episodes that the recording has not got.
 * @param run of which they are to be, by default of any
 * @throws `NotFound` that says which there are
 */
export async function checkEpisodes(
  reader: Pick<Reader, 'tables' | 'table'>,
  episodes: readonly number[],
  run: string | undefined,
): Promise<void> {
  const known = new Set<number>();
  for (const info of reader.tables()) {
    // Rows of every episode refer to its row in `episodes`.
    if (info.key !== EPISODE_ID) continue;
    const { [EPISODE_ID]: ids } = await reader
      .table(info.name)
      .columns({ select: [EPISODE_ID], ...(run === undefined ? {} : { run }) });
    for (const id of ids!.values as BigInt64Array) known.add(Number(id));
  }
  const missing = episodes.find((episode) => !known.has(episode));
  if (missing === undefined) return;
  const there = known.size === 0 ? 'there are none' : `there are ${ranges([...known])}`;
  throw new SimtapeError('NotFound', `there is no episode ${missing}; ${there}`, { name: String(missing) });
}

/** `1-10, 12`. */
function ranges(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  const shown = found.slice(0, 20).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return `${shown.join(', ')}${found.length > shown.length ? ', ...' : ''}`;
}
