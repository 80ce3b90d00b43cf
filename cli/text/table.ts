import Table from 'cli-table3';
import { columnsToShow, lineWidth } from './fit.ts';
import { bold, dim } from './style.ts';

export interface TextColumn {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** In a terminal that is too narrow, columns with a number go, the highest first. */
  readonly spare?: number;
}

/**
 * Rows in aligned columns under a ruled header. Cells hold no line breaks.
 * @param width characters of a line, by default the terminal's
 */
export function textTable(
  all: readonly TextColumn[],
  cells: readonly (readonly string[])[],
  width: number = lineWidth(),
): string {
  const shown = columnsToShow(
    all.map(({ title, spare }, i) => ({ cells: [title, ...cells.map((row) => row[i]!)], spare })),
    width,
  );
  const pick = <T>(from: readonly T[]) => shown.map((i) => from[i]!);
  const table = ruled(pick(all), cells.map(pick));
  const rest = all.filter((_, i) => !shown.includes(i)).map(({ title }) => title);
  return rest.length === 0 ? table : `${table}\n${dim(`a wider terminal shows ${rest.join(', ')}`)}`;
}

function ruled(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => bold(title)),
    colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: { ...BARE, mid: '─', 'mid-mid': '  ', middle: '  ' },
  });
  for (const row of rows) table.push([...row]);
  return trimLines(table.toString());
}

/** Label and value pairs, one a line. */
export function textList(entries: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...entries.map(([label]) => label.length));
  return entries.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}

export function indent(text: string, by = 2): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  right: '',
  'right-mid': '',
} as const;

function trimLines(text: string): string {
  return text.replace(/ +$/gm, '');
}
