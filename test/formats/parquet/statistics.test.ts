import { readColumnIndex, readOffsetIndex } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { ParquetColumn } from '../../../src/formats/parquet/index.ts';
import { truncateMax, truncateMin } from '../../../src/formats/parquet/statistics/truncate.ts';
import { type Cell, fileOf } from '../../support/parquet-cells.ts';
import { bufferOf, metadataOf } from './read.ts';

const column = (kind: ParquetColumn['kind'], more: Partial<ParquetColumn> = {}): ParquetColumn => ({
  name: 'v',
  kind,
  nullable: true,
  ...more,
});

function statisticsOf(of: ParquetColumn, cells: readonly Cell[]): Record<string, unknown> {
  const { row_groups } = metadataOf(fileOf(of, [cells]));
  return { ...row_groups[0]!.columns[0]!.meta_data!.statistics };
}

describe('bounds of a column chunk', () => {
  it.each([
    ['i8', [3, -128, null, 5], -128, 5],
    ['u32', [1, 2 ** 32 - 1, 2 ** 31], 1, 2 ** 32 - 1],
    ['i64', [0n, -(2n ** 63n), 2n ** 53n + 1n], -(2n ** 63n), 2n ** 53n + 1n],
    ['u64', [2n ** 63n, 5n, 2n ** 64n - 1n], 5n, 2n ** 64n - 1n],
    ['f64', [1.5, Infinity, -Infinity], -Infinity, Infinity],
    ['f32', [1.5, 2.5], 1.5, 2.5],
    ['bool', [true, true], true, true],
    ['utf8', ['b', 'é', 'a', null, 'z'], 'a', 'é'],
  ] as const)('of %s', (kind, cells, min_value, max_value) => {
    const nulls = cells.filter((cell) => cell === null).length;
    expect(statisticsOf(column(kind), cells)).toMatchObject({
      min_value,
      max_value,
      null_count: BigInt(nulls),
      is_min_value_exact: true,
      is_max_value_exact: true,
    });
  });

  it('of zeros allow both zeros', () => {
    for (const cells of [[0], [-0], [0, -0]]) {
      for (const kind of ['f64', 'f32'] as const) {
        expect(statisticsOf(column(kind), cells)).toMatchObject({ min_value: -0, max_value: 0 });
      }
    }
  });

  it('are left out where there is none', () => {
    for (const [kind, cells] of [
      ['f64', [Number.NaN, Number.NaN, null]],
      ['f64', [1.5, Number.NaN, 2.5]],
      ['f32', [...Array(9).fill(1.5), Number.NaN]],
      ['i32', [null]],
      ['utf8', [null, null]],
    ] as const) {
      const found = statisticsOf(column(kind), cells);
      expect(found.min_value ?? found.max_value).toBeUndefined();
      expect(found.null_count).toBe(BigInt(cells.filter((cell) => cell === null).length));
    }
  });

  it('of an enum are those of its labels that occur', () => {
    const labels = ['zebra', 'ant', 'cow', 'bee'];
    const found = statisticsOf(column('enum', { labels }), ['cow', 'bee', 'cow']);
    expect(found).toMatchObject({ min_value: 'bee', max_value: 'cow' });
  });

  it('count null lists, and bound elements', () => {
    const found = statisticsOf(column('array', { element: 'i32', length: 2 }), [[5, -5], null, [0, 7]]);
    expect(found).toMatchObject({ min_value: -5, max_value: 7, null_count: 1n });
  });
});

describe('long texts', () => {
  const cut = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    const decode = (value: Uint8Array | undefined) =>
      value && new TextDecoder('utf-8', { fatal: true }).decode(value);
    return [decode(truncateMin(bytes, true).bytes), decode(truncateMax(bytes, true)?.bytes)];
  };

  it('are cut between characters', () => {
    expect(cut('x'.repeat(64))).toEqual(['x'.repeat(64), 'x'.repeat(64)]);
    expect(cut('x'.repeat(65))).toEqual(['x'.repeat(64), `${'x'.repeat(63)}y`]);
    expect(cut(`${'x'.repeat(63)}éé`)).toEqual(['x'.repeat(63), `${'x'.repeat(62)}y`]);
    expect(cut('\x7f'.repeat(70))[1]).toBe(`${'\x7f'.repeat(63)}\x80`);
  });

  it('skip surrogates, and what cannot be raised', () => {
    const last = '\u{10ffff}';
    expect(cut(`a\ud7ff${last.repeat(30)}`)[1]).toBe('a\ue000');
    expect(cut(last.repeat(30))[1]).toBeUndefined();
    expect(truncateMax(new Uint8Array(65).fill(255), false)).toBeNull();
    const bytes = new Uint8Array(65).fill(255).fill(1, 0, 1);
    expect(truncateMax(bytes, false)).toEqual({ bytes: Uint8Array.of(2), exact: false });
  });

  it('say in the file that they are no values', () => {
    expect(statisticsOf(column('utf8'), ['x'.repeat(65), 'y'])).toMatchObject({
      min_value: 'x'.repeat(64),
      is_min_value_exact: false,
      max_value: 'y',
      is_max_value_exact: true,
    });
  });
});

describe('page indexes', () => {
  function indexesOf(of: ParquetColumn, cells: readonly Cell[]) {
    const file = fileOf(of, [cells], { pageRows: 8 });
    const { row_groups, schema } = metadataOf(file);
    const chunk = row_groups[0]!.columns[0]!;
    const at = (offset: bigint, length: number) => ({
      view: new DataView(bufferOf(file), Number(offset), length),
      offset: 0,
    });
    return {
      file,
      offsets: readOffsetIndex(at(chunk.offset_index_offset!, chunk.offset_index_length!)),
      bounds:
        chunk.column_index_offset === undefined
          ? null
          : readColumnIndex(at(chunk.column_index_offset, chunk.column_index_length!), schema.at(-1)!),
    };
  }

  it('place every page, and bound it', () => {
    const cells = Array.from({ length: 20 }, (_, i) => (i >= 8 && i < 16 ? null : i));
    const { offsets, bounds, file } = indexesOf(column('i32'), cells);
    expect(offsets.page_locations.map((page) => page.first_row_index)).toEqual([0n, 8n, 16n]);
    // A page header begins with field 1, a 32-bit integer, which is 0 for a data page.
    for (const page of offsets.page_locations) {
      expect([...file.subarray(Number(page.offset), Number(page.offset) + 2)]).toEqual([0x15, 0]);
    }
    expect(bounds).toMatchObject({
      null_pages: [false, true, false],
      null_counts: [0n, 8n, 0n],
      boundary_order: 'ASCENDING',
    });
    expect([bounds!.min_values[0], bounds!.max_values[2]]).toEqual([0, 19]);
  });

  it('tell the order of pages', () => {
    const of = (cells: number[]) => indexesOf(column('f64'), cells).bounds!.boundary_order;
    const up = Array.from({ length: 24 }, (_, i) => i);
    expect(of(up)).toBe('ASCENDING');
    expect(of(up.toReversed())).toBe('DESCENDING');
    expect(of([...up, ...up])).toBe('UNORDERED');
  });

  it('have no bounds where a value is NaN', () => {
    const cells = Array<number>(16).fill(1);
    expect(indexesOf(column('f64'), cells).bounds).not.toBeNull();
    expect(indexesOf(column('f64'), cells.with(9, Number.NaN)).bounds).toBeNull();
  });
});
