import type { StoredColumn } from '../src/index.ts';
import type { QueryRows, Reader } from '../src/read/index.ts';
import { selectColumns } from '../src/read/select.ts';
import { plainRows } from './head/plain-rows.ts';
import { rowsText } from './head/text.ts';
import { print, tell, writeAll } from './output.ts';
import { Failure } from './problems.ts';
import { openNamed } from './recordings/locate.ts';
import { chosenTables, type RowFlags, readOptions } from './recordings/rows.ts';
import { csvLines } from './sql/csv.ts';
import { jsonLines } from './sql/json.ts';
import { lineWidth } from './text/fit.ts';
import { clean, counted } from './text/format.ts';
import { bold, dim } from './text/style.ts';
import { indent } from './text/table.ts';

interface HeadFlags extends RowFlags {
  readonly rows?: number;
  readonly format: 'table' | 'csv' | 'json';
  readonly json?: boolean;
}

/** Rows that are shown where nothing else is said, of one table and of each of several. */
const ROWS = 10;
const ROWS_OF_SEVERAL = 3;
/** Most rows of a table for people. */
const MOST_ROWS = 1000;

/** `simtape head`: the first rows of a table, or of all. */
export async function head(path: string, table: string | undefined, flags: HeadFlags): Promise<number> {
  using reader = await openNamed(path);
  for (const note of reader.notes) tell(`note: ${note}`);
  const tables = chosenTables(reader, table, flags);
  const format = flags.json ? 'json' : flags.format;
  const limit = flags.rows ?? (table === undefined ? ROWS_OF_SEVERAL : ROWS);
  if (format === 'table') print(await asText(reader, tables, flags, limit));
  else await writeAll(linesOf(reader, tables, flags, limit, format));
  return 0;
}

async function asText(
  reader: Reader,
  tables: readonly string[],
  flags: HeadFlags,
  limit: number,
): Promise<string> {
  const shown = Math.min(limit, MOST_ROWS);
  const blocks: string[] = [];
  for (const table of tables) {
    const { columns, rows } = firstRows(reader, table, flags, shown, false);
    const single = tables.length === 1;
    const text = await rowsText(columns, rows, {
      width: lineWidth() - (single ? 0 : 2),
      all: flags.columns !== undefined,
    });
    // One table's name is what the user typed.
    if (single) blocks.push(text);
    else {
      const size = dim(`(${counted(reader.table(table).info.rows, 'row')})`);
      blocks.push(`${bold(clean(table))}  ${size}\n${indent(text)}`);
    }
  }
  if (shown < limit) {
    blocks.push(dim(`at most ${counted(shown, 'row')} are shown: --format csv or json prints more`));
  }
  return blocks.length === 0 ? 'the recording holds no tables' : blocks.join('\n\n');
}

/** One table's rows, or with JSON those of several: an object with an array for each. */
function linesOf(
  reader: Reader,
  tables: readonly string[],
  flags: HeadFlags,
  limit: number,
  format: 'csv' | 'json',
): AsyncIterable<string> {
  const lines = (table: string) => {
    const { columns, rows } = firstRows(reader, table, flags, limit, format === 'json');
    const named: QueryRows = { columns: columns.map(({ name }) => name), rows };
    return format === 'csv' ? csvLines(named) : jsonLines(named);
  };
  if (tables.length === 1) return lines(tables[0]!);
  if (format === 'json') return objectOf(tables, lines);
  throw new Failure(`csv takes one table: name one of ${tables.join(', ')}`);
}

async function* objectOf(
  tables: readonly string[],
  lines: (table: string) => AsyncIterable<string>,
): AsyncGenerator<string, void> {
  for (const [i, table] of tables.entries()) {
    yield `${i === 0 ? '{' : ','}${JSON.stringify(table)}:`;
    yield* lines(table);
  }
  yield tables.length === 0 ? '{}\n' : '}\n';
}

function firstRows(
  reader: Reader,
  table: string,
  flags: HeadFlags,
  limit: number,
  nested: boolean,
): { columns: readonly StoredColumn[]; rows: QueryRows['rows'] } {
  const source = reader.table(table);
  const options = readOptions(flags);
  const columns = selectColumns(source.info, options.select);
  return { columns, rows: plainRows(columns, source.rows({ ...options, limit }), nested) };
}
