import { checkEpisodes } from '../../src/read/episodes.ts';
import type { Reader, ReplayOptions } from '../../src/read/index.ts';
import { FRAMES } from '../../src/schema/time-source.ts';
import { Failure } from '../problems.ts';

export interface ReplayFlags {
  readonly episode?: readonly number[];
  readonly run?: string;
  readonly table?: readonly string[];
  readonly speed?: number;
  readonly from?: number;
  readonly to?: number;
  readonly loop?: boolean;
  readonly json?: boolean;
}

/** What is played in one go: the frames of a run, or an episode. */
export type Part = Pick<ReplayOptions, 'run' | 'episode' | 'tables' | 'from' | 'to'>;

/**
 * The parts of a recording that are played, one behind another: the episodes that were named, or else the frames, or
 * else all episodes. A folder of several runs plays the newest one, unless a run is named.
 */
export async function playlist(reader: Reader, flags: ReplayFlags): Promise<Part[]> {
  const { from, to, table } = flags;
  const runs = reader.runs();
  const newest = runs.reduce(
    (one, other) => (other.startTimestamp >= one.startTimestamp ? other : one),
    runs[0]!,
  );
  const run = flags.run ?? newest.runId;
  const shared: Part = {
    run,
    ...(table === undefined ? {} : { tables: table }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  if (flags.episode !== undefined) {
    await checkEpisodes(reader, flags.episode, run);
    return flags.episode.map((episode) => ({ ...shared, episode }));
  }
  const frames = reader.tables().find(({ name }) => name === FRAMES);
  if (frames !== undefined && frames.rows > 0) return [shared];
  const episodes = await reader.episodes(run);
  return episodes.map(({ episode }) => ({ ...shared, episode }));
}

/** Says that nothing of what was asked for was played. */
export function nothingToPlay({ from, to, table }: ReplayFlags): Failure {
  const span = [
    ...(from === undefined ? [] : [`from ${from} s on`]),
    ...(to === undefined ? [] : [`up to ${to} s`]),
  ];
  const when = span.length === 0 ? '' : ` ${span.join(' and ')}`;
  const of = table === undefined ? '' : ` of ${table.join(', ')}`;
  return new Failure(`there is nothing${of} to play${when}`);
}
