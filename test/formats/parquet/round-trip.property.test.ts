import { describe, expect, it } from 'vitest';
import { COMPRESSIONS, codecFor } from '../../../src/backends/codecs/codec-for.ts';
import fc from '../../support/fast-check.ts';
import { anyColumn, cellsOf } from '../../support/parquet-arbitraries.ts';
import { type Filled, fileWith, spelledCells } from '../../support/parquet-files.ts';
import { READERS } from './readers/index.ts';

/** Any columns, with the same row groups of any values. */
const tables: fc.Arbitrary<Filled[]> = fc
  .tuple(fc.array(anyColumn, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(60), { maxLength: 4 }))
  .chain(([columns, rows]) =>
    fc.tuple(
      ...columns.map(({ column, cells }, i) =>
        fc
          .tuple(...rows.map((count) => cellsOf(cells, count)))
          .map((groups) => ({ column: { ...column, name: `c${i}` }, groups })),
      ),
    ),
  );

const settings = fc.record({
  pageRows: fc.integer({ min: 1, max: 50 }),
  pageBytes: fc.integer({ min: 1, max: 500 }),
  dictionaryBytes: fc.integer({ min: 1, max: 2000 }),
  bounds: fc.boolean(),
});

describe.each(READERS)('$name', (reader) => {
  it('reads tables of any columns and values, compressed in any way', async () => {
    const property = fc.asyncProperty(
      tables,
      settings,
      fc.constantFrom(...COMPRESSIONS),
      async (all, options, name) => {
        const filled = all.filter(({ column }) => !reader.refuses?.(column));
        fc.pre(filled.length > 0);
        const file = fileWith(filled, { ...options, codec: await codecFor(name) });
        const columns = filled.map(({ column }) => column);
        const wanted = filled.map((one) =>
          spelledCells(one).map((cell) => reader.known?.(one.column, cell) ?? cell),
        );
        expect(await reader.read(file, columns)).toEqual(wanted);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});
