import { FRAMES, frameColumn, timeSource } from '../../schema/time-source.ts';
import type { TableBatch, TableInfo } from '../reader.ts';
import { isNullAt } from '../validity.ts';
import type { Side } from './side.ts';

/** Where in its run a row stands: as much as its table tells. */
export interface Place {
  readonly episode?: number;
  readonly step?: number;
  readonly agent?: number;
  /** Index of the frame in the run, from 0. */
  readonly frame?: number;
  /** Simulation time, in seconds. */
  readonly time?: number;
}

/** The first row of a table that is not the same in both recordings. */
export interface Divergence {
  readonly table: string;
  /** Index of the row in its run, from 0. */
  readonly row: number;
  /** The first column that differs; null where only one recording has the row. */
  readonly column: string | null;
  /** What the recordings hold; undefined for a row that is not there. */
  readonly a: unknown;
  readonly b: unknown;
  readonly place: Place;
}

const STEP_COLUMNS = { episode: 'episode_id', step: 'step_number', agent: 'agent_id' } as const;

/** Columns that say where a row stands. */
export function placeColumns(info: TableInfo): string[] {
  const own: string[] = Object.values(STEP_COLUMNS).filter((name) =>
    info.columns.some((one) => one.name === name),
  );
  const [frame, time] = [frameName(info), timeSource(info)];
  if (frame !== null) own.push(frame);
  if (time?.through === 'itself') own.push(time.column.name);
  return [...new Set(own)];
}

/** Reads where row `row` of a batch stands. */
export async function placeOf(side: Side, info: TableInfo, batch: TableBatch, row: number): Promise<Place> {
  const numberAt = (name: string): number | null => {
    const data = batch.columns[name];
    return data === undefined || isNullAt(data, row) ? null : Number(data.values[row]);
  };
  const place: { -readonly [K in keyof Place]: Place[K] } = {};
  for (const [key, name] of Object.entries(STEP_COLUMNS)) {
    const value = numberAt(name);
    if (value !== null) place[key as keyof typeof STEP_COLUMNS] = value;
  }
  const name = frameName(info);
  const frame = name === null ? null : numberAt(name);
  if (frame !== null) place.frame = frame - (await side.firstId(FRAMES));
  const source = timeSource(info);
  const own = source?.through === 'itself' ? numberAt(source.column.name) : null;
  const time = own !== null ? own / source!.second : frame === null ? null : await side.timeOfFrame(frame);
  if (time !== null) place.time = time;
  return place;
}

/** The column that says a row's frame: of frames their id. */
function frameName(info: TableInfo): string | null {
  return info.name === FRAMES ? info.id : (frameColumn(info)?.name ?? null);
}

/**
 * The divergence to look at first: what does not change (bodies, parameters) before frames, the earliest of those, then
 * steps, and summaries of episodes last, since they only follow.
 */
export function earliest(divergences: readonly Divergence[]): Divergence | null {
  const rank = ({ place: { frame, step, episode } }: Divergence) =>
    frame !== undefined ? 1 : step !== undefined ? 2 : episode !== undefined ? 3 : 0;
  const sorted = divergences.toSorted(
    (a, b) => rank(a) - rank(b) || (a.place.frame ?? 0) - (b.place.frame ?? 0),
  );
  return sorted[0] ?? null;
}
