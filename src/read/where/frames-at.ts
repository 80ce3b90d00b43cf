import { FRAMES } from '../../schema/time-source.ts';
import type { ColumnData, Reader } from '../reader.ts';
import type { Condition } from './conditions.ts';
import { type Range, rangesOf } from './ranges.ts';

/** The same condition by the ids of the frames whose times it names. */
export async function framesAt(
  recording: Pick<Reader, 'table'>,
  { column, ranges }: Condition,
): Promise<Condition> {
  const ids: Range[] = [];
  const frames = recording.table(FRAMES);
  const id = frames.info.id!;
  for (const [from, to] of ranges) {
    const { [id]: found } = await frames.columns({ select: [id], where: { time: { from, to } } });
    ids.push(...rangesOf((found as ColumnData).values as Float64Array));
  }
  return { column, ranges: ids, throughFrames: false };
}
