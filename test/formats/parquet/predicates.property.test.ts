import { type ParquetQueryFilter, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { ParquetColumn } from '../../../src/formats/parquet/index.ts';
import fc from '../../support/fast-check.ts';
import { VALUES } from '../../support/parquet-arbitraries.ts';
import { type Cell, fileOf } from '../../support/parquet-cells.ts';
import { bufferOf } from './read.ts';
import { query } from './readers/duckdb.ts';

/** Kinds that predicates compare, and how DuckDB spells a value. */
const LITERALS = {
  f64: (value: Cell) => `'${value}'::DOUBLE`,
  f32: (value: Cell) => `'${value}'::FLOAT`,
  i8: String,
  i32: String,
  u32: String,
  i64: String,
  u64: String,
  timestamp: (value: Cell) => `make_timestamptz(${(value as bigint) / 1000n})`,
  bool: String,
  utf8: (value: Cell) => `'${String(value).replaceAll("'", "''")}'`,
};
/** Text of ASCII, which all order alike. Times that DuckDB does not hold for infinite. */
const VALUES_OF: Partial<Record<keyof typeof LITERALS, fc.Arbitrary<Cell>>> = {
  utf8: fc.string({ unit: fc.constantFrom('a', 'b', '~'), maxLength: 70 }),
  timestamp: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
};
type Compared = keyof typeof LITERALS;
const KINDS = Object.keys(LITERALS) as Compared[];

/** Small row groups, some of one value throughout. */
function groupsOf(kind: Compared): fc.Arbitrary<Cell[][]> {
  const value = VALUES_OF[kind] ?? VALUES[kind];
  const cell = fc.oneof({ arbitrary: value, weight: 5 }, { arbitrary: fc.constant(null), weight: 1 });
  const group = fc.oneof(
    fc.array(cell, { minLength: 1, maxLength: 12 }),
    fc.tuple(cell, fc.integer({ min: 1, max: 30 })).map(([one, count]) => Array<Cell>(count).fill(one)),
  );
  return fc.array(group, { minLength: 1, maxLength: 8 });
}

/** The operators of hyparquet's filters, of values that are not null. */
const MATCHES: Record<string, (value: number, target: number) => boolean> = {
  $lt: (value, target) => value < target,
  $lte: (value, target) => value <= target,
  $gt: (value, target) => value > target,
  $gte: (value, target) => value >= target,
  $eq: (value, target) => value === target,
  $ne: (value, target) => value !== target,
};

const column = (kind: Compared): ParquetColumn => ({ name: 'v', kind, nullable: true });
const pages = { pageRows: 8 };

describe.each(KINDS)('%s: rows are left out by their bounds only where they do not match', (kind) => {
  it('in DuckDB', async () => {
    await fc.assert(
      fc.asyncProperty(groupsOf(kind), async (groups) => {
        const literals = [
          ...new Set(
            groups
              .flat()
              .filter((cell) => cell !== null)
              .map(LITERALS[kind]),
          ),
        ].slice(0, 5);
        const tests = ['v IS NULL', 'v IS NOT NULL'];
        for (const literal of literals) {
          for (const operator of ['=', '<>', '<', '<=', '>', '>=']) tests.push(`v ${operator} ${literal}`);
        }
        // A table has the values without the file's bounds.
        const counts = (from: string) =>
          tests.map((test) => `(SELECT count(*) FROM ${from} WHERE ${test})`).join(', ');
        const file = fileOf(column(kind), groups, pages);
        const found = await query(file, `SELECT ${counts('$file')}`);
        const wanted = await query(
          file,
          `WITH all_rows AS MATERIALIZED (FROM $file) SELECT ${counts('all_rows')}`,
        );
        const wrong = tests.filter((_, i) => found[i]![0] !== wanted[i]![0]);
        expect(wrong).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  // hyparquet 1.31 wants bounds of times where a page is all null, and the specification has it leave them empty.
  it.skipIf(kind === 'timestamp')('in hyparquet, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(groupsOf(kind), fc.nat(), async (groups, pick) => {
        const cells = groups.flat();
        const target = cells[pick % cells.length] ?? 0;
        const file = bufferOf(fileOf(column(kind), groups, pages));
        for (const [operator, match] of Object.entries(MATCHES)) {
          const filter: ParquetQueryFilter = { v: { [operator]: target } };
          const found = await parquetReadObjects({ file, filter, usePageIndex: true });
          const wanted = cells.filter((cell) =>
            cell === null ? operator === '$ne' : match(cell as never, target as never),
          );
          expect(found.map((row) => row.v)).toEqual(wanted);
        }
      }),
      { numRuns: 40 },
    );
  });
});
