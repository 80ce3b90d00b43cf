import { describe, expect, it } from 'vitest';
import { COMPRESSIONS, codecFor } from '../../../src/backends/codecs/codec-for.ts';
import { type EncodingOptions, encodingsOf } from '../../../src/formats/parquet/index.ts';
import type { Cell } from '../../support/parquet-cells.ts';
import {
  everyColumn,
  everyColumnOf,
  type Filled,
  fileWith,
  spelledCells,
} from '../../support/parquet-files.ts';
import { READERS } from './readers/index.ts';
import type { ParquetReader } from './readers/reader.ts';

/** Has the reader read every column that it can read, and compares to the bit. */
async function expectBack(
  reader: ParquetReader,
  all: readonly Filled[],
  options: EncodingOptions = {},
): Promise<void> {
  const filled = all.filter(({ column }) => !reader.refuses?.(column));
  const columns = filled.map(({ column }) => column);
  const found = await reader.read(fileWith(filled, options), columns);
  for (const [i, one] of filled.entries()) {
    const wanted = spelledCells(one).map((cell) => reader.known?.(one.column, cell) ?? cell);
    expect(found[i], `${reader.name}, ${one.column.name}`).toEqual(wanted);
  }
}

const nulls = (rows: number): null[] => Array(rows).fill(null);

describe.each(READERS)('$name reads every kind and encoding', (reader) => {
  describe.each([false, true])('nullable: %s', (nullable) => {
    const filled = everyColumnOf(nullable, [1, 0, 200, 37]);

    it.each(COMPRESSIONS)('compressed by %s', async (name) => {
      await expectBack(reader, filled, { codec: await codecFor(name) });
    });

    it.each([
      ['30 rows', { pageRows: 30 }],
      ['100 bytes', { pageBytes: 100 }],
    ])('in pages of %s', async (_, pages) => {
      for (const name of ['none', 'zstd']) {
        await expectBack(reader, filled, { codec: await codecFor(name), ...pages });
      }
    });

    it.each([
      ['no row groups', []],
      ['no rows', [0]],
      ['one row', [1]],
      ['many row groups', Array.from({ length: 40 }, (_, i) => i % 4)],
    ])('%s', async (_, rows) => {
      await expectBack(reader, everyColumnOf(nullable, rows));
    });
  });

  it('nulls alone, and at the borders of pages', async () => {
    const values = (cells: readonly Cell[], count: number) =>
      Array.from({ length: count }, (_, i) => cells[i % cells.length]!);
    const filled = everyColumn(true, (_, cells) => [
      nulls(50),
      nulls(1),
      // Pages of 16 rows: null last, null first, null throughout, null last and first.
      [
        ...values(cells, 15),
        null,
        null,
        ...values(cells, 15),
        ...nulls(16),
        ...values(cells, 15),
        ...nulls(2),
        ...values(cells, 15),
      ],
      [...nulls(50), cells[0]!, ...nulls(50)],
    ]);
    for (const pages of [{}, { pageRows: 16 }]) await expectBack(reader, filled, pages);
  });

  it('texts of a megabyte among short ones', async () => {
    const cells = ['a', 'é'.repeat(2 ** 19), '', '\u{1f980}'.repeat(2 ** 18), 'b', 'b', null];
    const column = { name: 'v', kind: 'utf8', nullable: true } as const;
    const filled = encodingsOf(column).map((encoding) => ({
      column: { ...column, name: encoding, encoding },
      groups: [cells, cells.toReversed()],
    }));
    await expectBack(reader, filled, { codec: await codecFor('zstd') });
  });

  it('refuses what it is known to refuse', async () => {
    const filled = everyColumnOf(true, [9]).filter(({ column }) => reader.refuses?.(column));
    for (const one of filled) await expect(reader.read(fileWith([one]), [one.column])).rejects.toThrow();
  });
});
