import { bytes, clean, counted, localTime, shownPath } from '../text/format.ts';
import { dim } from '../text/style.ts';
import { indent, textList, textTable } from '../text/table.ts';
import type { Chosen } from './choose.ts';
import type { Leftover } from './leftovers.ts';
import type { LeftAlone } from './recordings.ts';

/** What there is to delete. */
export interface Plan {
  readonly recordings: readonly Chosen[];
  readonly leftovers: readonly Leftover[];
  readonly leftAlone: readonly LeftAlone[];
  /** Recordings that stay because nothing asks for them to go. */
  readonly kept: number;
}

/** What would go, for people to say yes to. */
export function planText({ recordings, leftovers, leftAlone, kept }: Plan): string {
  const blocks: string[] = [];
  if (recordings.length > 0) {
    const columns = [
      { title: 'recording' },
      { title: 'when' },
      { title: 'size', right: true },
      { title: 'why' },
    ];
    const rows = recordings.map((one) => [
      shownPath(one.path),
      localTime(one.started),
      bytes(one.bytes),
      one.why,
    ]);
    blocks.push(textTable(columns, rows));
  }
  if (leftovers.length > 0) {
    const columns = [{ title: 'left behind' }, { title: 'size', right: true }, { title: 'what' }];
    blocks.push(
      textTable(
        columns,
        leftovers.map((one) => [shownPath(one.path), bytes(one.bytes), one.why]),
      ),
    );
  }
  if (leftAlone.length > 0) {
    const list = leftAlone.map(({ path, why }) => [shownPath(path), clean(why)] as const);
    blocks.push(`${dim('left alone')}\n${indent(textList(list))}`);
  }
  if (recordings.length + leftovers.length === 0) blocks.push('there is nothing to delete');
  if (kept > 0) blocks.push(dim(`${counted(kept, 'recording')} kept`));
  return blocks.join('\n\n');
}

/** `2 recordings and 1 leftover, 3.1 MB`. */
export function amountText({ recordings, leftovers }: Pick<Plan, 'recordings' | 'leftovers'>): string {
  const parts = [
    ...(recordings.length > 0 ? [counted(recordings.length, 'recording')] : []),
    ...(leftovers.length > 0 ? [counted(leftovers.length, 'leftover')] : []),
  ];
  const size = [...recordings, ...leftovers].reduce((sum, one) => sum + one.bytes, 0);
  return `${parts.join(' and ')}, ${bytes(size)}`;
}
