import { describeDivergence, describeStructure } from '../../read/comparison/describe.ts';
import { type CompareOptions, type Comparison, compareRecordings, type Reader } from '../../read/index.ts';
import type { Outcome } from '../outcome.ts';
import type { Source } from '../source.ts';

/** Columns that a message lists. */
const MOST_COLUMNS = 10;

/** Whether two runs are equal, by {@link compareRecordings}. */
export async function checkEqual(reader: Reader, other: Source, options?: CompareOptions): Promise<Outcome> {
  const comparison = await compareRecordings(reader, other, options);
  if (comparison.equal) {
    const rows = comparison.tables.reduce((sum, { compared }) => sum + compared, 0);
    const tables = comparison.tables.length;
    return { pass: true, message: `the recordings are equal, in ${rows} rows of ${tables} tables` };
  }
  return { pass: false, message: differences(comparison).join('\n') };
}

function differences({ first, structure, tables }: Comparison): string[] {
  const columns = tables.flatMap(({ table, compared, columns: all }) =>
    all
      .filter(({ different }) => different > 0)
      .map(({ column, different, maxAbsolute }) => {
        const apart = maxAbsolute > 0 ? `, by at most ${maxAbsolute}` : '';
        return `  ${table}.${column} differs in ${different} of ${compared} rows${apart}`;
      }),
  );
  const counts = tables
    .filter(({ rows: [a, b] }) => a !== b)
    .map(({ table, rows: [a, b] }) => `  ${table} has ${a} rows in one and ${b} in the other`);
  const more = columns.length - MOST_COLUMNS;
  return [
    `the recordings differ: ${first === null ? describeStructure(structure[0]!) : describeDivergence(first)}`,
    ...structure.slice(first === null ? 1 : 0).map((one) => `  ${describeStructure(one)}`),
    ...counts,
    ...columns.slice(0, MOST_COLUMNS),
    ...(more > 0 ? [`  and ${more} more columns`] : []),
  ];
}
