import type { StoredColumn } from '../../src/index.ts';
import type { QueryRows } from '../../src/read/index.ts';
import { secondsOf } from '../text/dates.ts';
import { columnsThatFit } from '../text/fit.ts';
import { clean, counted, localTime, number, shortened } from '../text/format.ts';
import { dim } from '../text/style.ts';
import { textTable } from '../text/table.ts';

const WIDEST_CELL = 40;
const MOST_BYTES = 8;

/**
 * Rows for people: as many columns as fit, the others by name.
 * @param all whether columns without a value are shown too
 */
export async function rowsText(
  columns: readonly StoredColumn[],
  rows: QueryRows['rows'],
  { width, all }: { readonly width: number; readonly all: boolean },
): Promise<string> {
  const read = await Array.fromAsync(rows);
  if (columns.length === 0) return dim(counted(read.length, 'row'));
  const wanted = columns
    .map((column, i) => ({ column, title: clean(column.name), values: read.map((row) => row[i]) }))
    .filter(({ values }) => all || values.length === 0 || values.some((value) => value !== null))
    .map((one) => ({ ...one, cells: one.values.map((value) => cell(value, one.column)) }));
  const fit = columnsThatFit(
    wanted.map(({ title, cells }) => [title, ...cells]),
    width,
  );
  const shown = wanted.slice(0, fit);
  const table = textTable(
    shown.map(({ title, values }) => ({ title, right: isNumeric(values) })),
    read.map((_, row) => shown.map(({ cells }) => cells[row]!)),
  );
  const rest = columns.filter((column) => !shown.some((one) => one.column === column));
  return rest.length === 0 ? table : `${table}\n${dim(notShown(rest, width))}`;
}

/** Names the columns that are not shown, as far as they fit in a line. */
function notShown(columns: readonly StoredColumn[], width: number): string {
  const [before, after] = ['not shown: ', ' (--columns chooses)'];
  let named = '';
  for (const [i, { name }] of columns.entries()) {
    const longer = named === '' ? clean(name) : `${named}, ${clean(name)}`;
    const left = columns.length - i;
    if (`${before}${longer}, … ${left} more${after}`.length > width) {
      return `${before}${named}${named === '' ? '' : ', '}… ${left} more${after}`;
    }
    named = longer;
  }
  return `${before}${named}${after}`;
}

function cell(value: unknown, column: StoredColumn): string {
  if (value === null) return dim('-');
  const second = secondsOf(column);
  if (second !== null) return instant(Number(value) / second);
  if (typeof value === 'number' || typeof value === 'bigint') return number(value);
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.subarray(0, MOST_BYTES)).toString('hex');
    return `x'${hex}${value.length > MOST_BYTES ? '…' : ''}'`;
  }
  const text = clean(String(value));
  return shortened(text === '' || text === '-' ? `'${text}'` : text, WIDEST_CELL);
}

/** Local time to the millisecond. */
function instant(seconds: number): string {
  if (!Number.isFinite(seconds)) return String(seconds);
  const whole = Math.floor(seconds);
  return `${localTime(whole)}.${String(Math.floor((seconds - whole) * 1000)).padStart(3, '0')}`;
}

function isNumeric(values: readonly unknown[]): boolean {
  const some = values.filter((value) => value !== null);
  return some.length > 0 && some.every((value) => typeof value === 'number' || typeof value === 'bigint');
}
