import { FRAMES } from '../../schema/time-source.ts';
import type { Reader } from '../reader.ts';
import type { Condition } from './conditions.ts';
import { runsOf } from './ranges.ts';

/** The same condition by the ids of the frames whose times it names. */
export async function framesAt(
  recording: Pick<Reader, 'table'>,
  { column, ranges }: Condition,
): Promise<Condition> {
  const [range] = ranges;
  if (range === undefined) return { column, ranges, throughFrames: false };
  const [from, to] = range;
  const frames = recording.table(FRAMES);
  const id = frames.info.id!;
  // In the order of their ids.
  const { [id]: found } = await frames.columns({ select: [id], where: { time: { from, to } } });
  return { column, ranges: runsOf(found!.values as Float64Array), throughFrames: false };
}
