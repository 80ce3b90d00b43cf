import { encodingsOf, type ParquetColumn } from '../../src/formats/parquet/index.ts';
import fc from './fast-check.ts';
import type { Cell } from './parquet-cells.ts';

type Value = Exclude<Cell, null>;

const bits = (from: number, to: number) => fc.integer({ min: from, max: to });
const wide = (min: bigint, max: bigint) =>
  fc.oneof(
    fc.bigInt({ min, max }),
    fc.bigInt({ min: min < -99n ? -99n : 0n, max: 99n }),
    fc.constantFrom(min, max),
  );
const I64 = wide(-(2n ** 63n), 2n ** 63n - 1n);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ minLength: 60, maxLength: 90 }),
);

/** Any value of a kind, with the awkward ones more often than chance would have it. */
export const VALUES: Record<Exclude<ParquetColumn['kind'], 'array' | 'enum'>, fc.Arbitrary<Value>> = {
  f64: fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 1)),
  f32: fc.oneof(fc.float(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 1)),
  i8: bits(-128, 127),
  i16: bits(-32_768, 32_767),
  i32: bits(-(2 ** 31), 2 ** 31 - 1),
  u8: bits(0, 255),
  u16: bits(0, 65_535),
  u32: bits(0, 2 ** 32 - 1),
  i64: I64,
  u64: wide(0n, 2n ** 64n - 1n),
  timestamp: I64,
  ref: wide(1n - 2n ** 53n, 2n ** 53n - 1n),
  bool: fc.boolean(),
  utf8: text,
  json: fc.json(),
  bytes: fc.uint8Array({ maxLength: 80 }),
};

const ELEMENTS = ['f64', 'f32', 'i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64', 'bool'] as const;

/** A column without a name, and what its cells may be. */
export interface AnyColumn {
  readonly column: ParquetColumn;
  readonly cells: fc.Arbitrary<Cell>;
}

const scalar = fc
  .constantFrom(...(Object.keys(VALUES) as (keyof typeof VALUES)[]))
  .map((kind) => ({ shape: { kind }, values: VALUES[kind] }));
const labelled = fc
  .uniqueArray(fc.string({ unit: 'grapheme', maxLength: 8 }), { minLength: 1, maxLength: 300 })
  .map((labels) => ({ shape: { kind: 'enum' as const, labels }, values: fc.constantFrom<Value>(...labels) }));
const list = fc
  .tuple(fc.constantFrom(...ELEMENTS), fc.integer({ min: 1, max: 9 }))
  .map(([element, length]) => ({
    shape: { kind: 'array' as const, element, length },
    values: fc.array(VALUES[element] as fc.Arbitrary<number>, {
      minLength: length,
      maxLength: length,
    }) as fc.Arbitrary<Value>,
  }));

/** A column of any kind in any encoding that the kind has. */
export const anyColumn: fc.Arbitrary<AnyColumn> = fc
  .oneof({ arbitrary: scalar, weight: 5 }, { arbitrary: labelled, weight: 1 }, { arbitrary: list, weight: 2 })
  .chain(({ shape, values }) =>
    fc.record({ nullable: fc.boolean(), encoding: fc.constantFrom(...encodingsOf(shape)) }).map((rest) => ({
      column: { name: '', ...shape, ...rest },
      cells: rest.nullable
        ? fc.oneof({ arbitrary: values, weight: 3 }, { arbitrary: fc.constant(null), weight: 1 })
        : values,
    })),
  );

/** Random values, and runs of them, as columns have them. */
export function cellsOf(cell: fc.Arbitrary<Cell>, rows: number): fc.Arbitrary<Cell[]> {
  return fc
    .array(fc.tuple(cell, fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 40 }))), {
      minLength: rows,
      maxLength: rows,
    })
    .map((runs) => runs.flatMap(([value, count]) => Array<Cell>(count).fill(value)).slice(0, rows));
}
