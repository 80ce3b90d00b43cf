import { SimtapeError } from '../../errors.ts';
import type { Reader } from '../reader.ts';
import { interpolateRows } from './interpolate.ts';
import type { Moment, MomentOptions } from './moment.ts';
import { timelineOf } from './timeline.ts';

const MODES = ['exact', 'previous', 'interpolated'] as const;

/** Which moment is meant. */
export interface StatesAtOptions extends MomentOptions {
  /**
   * `exact`: the frame of exactly this time. `previous` (default): the last frame up to it, which after the end is the last
   * one. `interpolated`: between the frames around it, see the documentation; not beyond the first and the last.
   */
  readonly mode?: (typeof MODES)[number];
}

/**
 * All states at a time of the simulation, table by table. Only the frames around it are read.
 *
 * @param time in seconds of simulation
 * @returns null where there is no such frame: none at exactly this time, or before the first; interpolated, after the last too
 * @throws `InvalidConfig`, `NotFound`
 */
export async function statesAt(
  reader: Reader,
  time: number,
  options: StatesAtOptions = {},
): Promise<Moment | null> {
  const { mode = 'previous' } = options;
  if (!MODES.includes(mode)) throw refused('mode', mode, `takes ${MODES.join(', ')}`);
  if (typeof time !== 'number' || Number.isNaN(time))
    throw refused('time', time, 'takes seconds of simulation');
  const timeline = timelineOf(reader, options);
  const instant = await timeline.previous(time);
  if (instant === null || (mode === 'exact' && instant.time !== time)) return null;
  if (mode !== 'interpolated' || instant.time === time) return timeline.at(instant);
  const following = await timeline.next(time);
  if (following === null) return null;
  const [before, after] = [await timeline.at(instant), await timeline.at(following)];
  const part = (time - before.time) / (after.time - before.time);
  const tables = timeline.tables.map((name) => {
    const { columns } = reader.table(name).info;
    return [name, interpolateRows(columns, before.tables[name]!, after.tables[name]!, part)];
  });
  return { frame: before.frame, time, tables: Object.fromEntries(tables) };
}

function refused(key: string, value: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `${key} = ${value}: ${why}`, { key, value });
}
