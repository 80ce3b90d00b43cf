import type { QueryRows } from '../../src/read/index.ts';
import { clean, counted, shortened } from '../text/format.ts';
import { dim, yellow } from '../text/style.ts';
import { textTable } from '../text/table.ts';

const MOST_ROWS = 1000;
const WIDEST_CELL = 80;
const MOST_BYTES = 16;

/** Rows for people: cut to what a terminal can show, and saying so where anything is cut. */
export async function* tableText({ columns, rows }: QueryRows): AsyncGenerator<string> {
  const shown: (readonly unknown[])[] = [];
  let total = 0;
  for await (const row of rows) if (total++ < MOST_ROWS) shown.push(row);
  const cells = shown.map((row) => row.map(cell));
  const table = textTable(
    columns.map((title, i) => ({
      title: clean(title),
      right: isNumeric(shown.map((row) => row[i])),
      ...(i === 0 ? {} : { spare: i }),
    })),
    cells.map((row) => row.map(({ text }) => text)),
  );
  const notes = [dim(counted(total, 'row'))];
  if (total > MOST_ROWS) {
    notes.push(
      yellow(`only the first ${counted(MOST_ROWS, 'row')} are shown: --format csv or json prints all`),
    );
  }
  if (cells.some((row) => row.some(({ cut }) => cut))) {
    notes.push(yellow('values that end in … are cut: --format csv or json prints them whole'));
  }
  yield `${table}\n\n${notes.join('; ')}\n`;
}

/** NULL is dim; a text that would look like it, or like nothing, is quoted. */
function cell(value: unknown): { text: string; cut: boolean } {
  if (value === null) return { text: dim('NULL'), cut: false };
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.subarray(0, MOST_BYTES)).toString('hex');
    const cut = value.length > MOST_BYTES;
    return { text: `x'${hex}${cut ? `…' ${dim(counted(value.length, 'byte'))}` : "'"}`, cut };
  }
  if (typeof value !== 'string') return { text: String(value), cut: false };
  const text = clean(value === '' || value === 'NULL' ? `'${value}'` : value);
  return { text: shortened(text, WIDEST_CELL), cut: text.length > WIDEST_CELL };
}

function isNumeric(values: readonly unknown[]): boolean {
  const some = values.filter((value) => value !== null);
  return some.length > 0 && some.every((value) => typeof value === 'number' || typeof value === 'bigint');
}
