import type { AttributeValue } from '../../formats/hdf5/index.ts';
import { readValue, type Slice } from '../commit.ts';
import { elementsOf } from './slice-data.ts';
import { hdf5Text } from './text.ts';

/**
 * A row of `episodes` as attributes of the episode's group, by flat column; a null gives none, so that later rows complete
 * earlier ones. Text with U+0000, which HDF5 has not, gets U+001A in its place: the table of episodes has it as it was.
 */
export function summaryOf(slice: Slice, row: number): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const [index, { name, kind }] of slice.plan.columns.entries()) {
    const value = readValue(slice, index, row);
    if (value === null) continue;
    if (kind === 'array') {
      const range = { from: row, to: row + 1, rows: null };
      attributes[name] = elementsOf(slice, slice.layout.fields[index]!, range).slice();
    } else {
      attributes[name] = typeof value === 'string' ? hdf5Text(value) : value;
    }
  }
  return attributes;
}

/** Name of the group of an episode. Rows that come when it is finished, far behind its end, go into further parts. */
export function episodeName(episode: number, part: number): string {
  const name = `episode_${String(episode).padStart(6, '0')}`;
  return part === 1 ? name : `${name}_part_${String(part).padStart(6, '0')}`;
}

export const EPISODE_GROUP: RegExp = /^episode_(-?\d+)(?:_part_(\d+))?$/;
