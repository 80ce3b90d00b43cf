import { describeDivergence, describeStructure } from '../../src/read/comparison/describe.ts';
import type { ComparedRun, Comparison } from '../../src/read/index.ts';
import { clean, count, counted, number, shownPath } from '../text/format.ts';
import { dim, green, red } from '../text/style.ts';
import { indent, textTable } from '../text/table.ts';

/** Columns that are listed. */
const MOST_COLUMNS = 20;

/** What `simtape compare` prints for people. */
export function comparisonText(comparison: Comparison): string {
  const { a, b, equal, first, structure, tables } = comparison;
  const rows = tables.reduce((sum, { compared }) => sum + compared, 0);
  const verdict = equal
    ? green(`equal: ${counted(rows, 'row')} of ${counted(tables.length, 'table')}`)
    : red(first === null ? 'their tables differ' : clean(describeDivergence(first)));
  const blocks = [`${sideText('first ', a)}\n${sideText('second', b)}`, verdict];
  const notes = parameters(a, b);
  if (notes !== null) blocks[0] += `\n${dim(notes)}`;
  if (structure.length > 0)
    blocks.push(indent(structure.map((one) => clean(describeStructure(one))).join('\n')));
  const counts = tables.filter((table) => table.rows[0] !== table.rows[1]);
  if (counts.length > 0) {
    const lines = counts.map(
      ({ table, rows: [x, y] }) => `${clean(table)} has ${counted(x, 'row')}, and ${count(y)} in the second`,
    );
    blocks.push(indent(lines.join('\n')));
  }
  const columns = columnTable(comparison);
  if (columns !== null) blocks.push(columns);
  return blocks.join('\n\n');
}

function sideText(which: string, { path, run }: ComparedRun): string {
  const seed = run.seed === null ? '' : `, seed ${clean(run.seed)}`;
  return `${dim(which)}  ${shownPath(path)}  ${dim(`${clean(run.runId)}, ${clean(run.world ?? 'no world')}${seed}`)}`;
}

/** What is known to be different about two runs before they began. */
function parameters(a: ComparedRun, b: ComparedRun): string | null {
  const differ = [
    ...(a.run.world === b.run.world ? [] : ['world']),
    ...(a.run.seed === b.run.seed ? [] : ['seed']),
    ...(a.run.configurationHash === b.run.configurationHash ? [] : ['configuration']),
  ];
  return differ.length === 0 ? null : `not the same in both: ${differ.join(', ')}`;
}

function columnTable({ tables }: Comparison): string | null {
  const different = tables.flatMap(({ table, compared, columns }) =>
    columns.filter((column) => column.different > 0).map((column) => ({ table, compared, ...column })),
  );
  if (different.length === 0) return null;
  const right = true;
  const titles = [
    { title: 'column' },
    { title: 'rows', right },
    { title: 'different', right },
    { title: 'first in row', right },
    { title: 'by at most', right },
    { title: 'as a share', right },
  ];
  const rows = different
    .slice(0, MOST_COLUMNS)
    .map((one) => [
      clean(`${one.table}.${one.column}`),
      count(one.compared),
      count(one.different),
      count(one.firstRow!),
      one.maxAbsolute === 0 ? '' : number(one.maxAbsolute, 5),
      one.maxRelative === 0 ? '' : number(one.maxRelative, 5),
    ]);
  const rest = different.length - rows.length;
  const more = rest > 0 ? `\n${dim(`and ${counted(rest, 'more column')} (--json lists all)`)}` : '';
  return `${textTable(titles, rows)}${more}`;
}
