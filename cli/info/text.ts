import type { Reader, TableInfo } from '../../src/read/index.ts';
import { isRecoverable } from '../recordings/recoverable.ts';
import { lineWidth } from '../text/fit.ts';
import { bytes, clean, counted, duration, localTime, shortened, shownPath } from '../text/format.ts';
import { bold, dim, yellow } from '../text/style.ts';
import { indent, textList, textTable } from '../text/table.ts';
import { runTable } from './run-table.ts';
import { runText } from './run-text.ts';
import { type TimeSpan, timeSpans } from './time-spans.ts';

/** Runs that are shown one by one; of more there is a table. */
const MOST_RUNS = 3;
const INDENT = 2;

/** What `simtape info` prints for people. */
export async function infoText(reader: Reader): Promise<string> {
  const runs = reader.runs();
  const tables = reader.tables();
  const hasCrashed = runs.some(({ state }) => state === 'crashed');
  const unfinished = hasCrashed && (await isRecoverable(reader.path)) ? reader.path : null;
  const spans = await timeSpans(reader, tables);
  const size = `${reader.format}, ${bytes(reader.bytes)}, ${counted(runs.length, 'run')}, ${counted(tables.length, 'table')}`;
  return [
    `${bold(shownPath(reader.path))}  ${dim(`(${size})`)}`,
    ...(reader.notes.length === 0 ? [] : [yellow(reader.notes.map(clean).join('\n'))]),
    ...(runs.length > MOST_RUNS ? [runTable(runs)] : runs.map((run) => runText(run, unfinished))),
    ...(spans.length === 0 ? [] : [`${bold('time')}\n${indent(textList(spans.map(spanEntry)))}`]),
    ...tables.map(tableText),
  ].join('\n\n');
}

function spanEntry({ table, column, clock, unit, first, last }: TimeSpan): [string, string] {
  const per = { s: 1, ms: 1e3, us: 1e6, µs: 1e6, ns: 1e9 }[unit];
  const name = `${table}.${column}`;
  if (per === undefined) return [name, `${first} to ${last} ${unit} (${clock} clock)`];
  const [from, to] = [Number(first) / per, Number(last) / per];
  const span = `${duration(to - from)} on the ${clock} clock`;
  if (clock === 'simulation') return [name, `${seconds(from)} to ${seconds(to)} s, ${span}`];
  const [start, end] = [localTime(from), localTime(to)];
  const [day] = start.split(' ');
  return [name, `${start} to ${end.replace(`${day} `, '')}, ${span}`];
}

function seconds(value: number): string {
  return String(Number(value.toPrecision(9)));
}

function tableText({ name, description, rows, id, columns }: TableInfo): string {
  const about = description === null ? '' : dim(`  ${clean(description)}`);
  const table = textTable(
    [
      { title: 'column' },
      { title: 'kind' },
      { title: 'unit' },
      { title: 'nullable', spare: 1 },
      { title: 'clock', spare: 2 },
      { title: 'description', spare: 3 },
    ],
    withId(id, columns).map((column) => [
      clean(column.name),
      kindOf(column),
      clean(column.unit ?? ''),
      column.nullable ? 'yes' : '',
      column.clock ?? '',
      clean(column.description ?? ''),
    ]),
    lineWidth() - INDENT,
  );
  return `${bold(clean(name))}  ${counted(rows, 'row')}${about}\n${indent(table, INDENT)}`;
}

function withId(id: string | null, columns: TableInfo['columns']): TableInfo['columns'] {
  if (id === null) return columns;
  return [{ name: id, kind: 'ref', nullable: false, description: 'Row id' }, ...columns];
}

function kindOf({ kind, labels, element, length, references }: TableInfo['columns'][number]): string {
  if (labels !== undefined) return shortened(clean(`enum: ${labels.join(', ')}`), 60);
  if (element !== undefined) return `${element} x ${length}`;
  if (references !== undefined) return `${kind === 'ref' ? '' : `${kind} `}ref to ${references.table}`;
  return kind === 'ref' ? 'id' : kind;
}
