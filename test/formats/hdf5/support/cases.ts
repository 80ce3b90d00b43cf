import type {
  Filters,
  Hdf5Number,
  Hdf5Type,
  NumberArray,
  RowData,
} from '../../../../src/formats/hdf5/index.ts';
import { ARRAYS } from '../../../../src/formats/hdf5/types.ts';

/** A type with values that are awkward for it. */
export interface TypeCase {
  readonly name: string;
  readonly dtype: Hdf5Type;
  /** Elements `from` to `to` of an endless row of values. */
  elements(from: number, to: number): RowData;
}

function numbers(
  dtype: Hdf5Type,
  kind: Hdf5Number,
  values: readonly (number | bigint)[],
  name: string = kind,
): TypeCase {
  return {
    name,
    dtype,
    elements(from, to) {
      const array: NumberArray = new ARRAYS[kind](to - from);
      // The first ones are awkward, the others count on.
      for (let i = from; i < to; i++) {
        const value = i < values.length ? values[i]! : kind.endsWith('64') && kind !== 'f64' ? BigInt(i) : i;
        (array as unknown as (number | bigint)[])[i - from] = value;
      }
      return array;
    },
  };
}

function codes(dtype: Hdf5Type, count: number, name: string): TypeCase {
  return {
    name,
    dtype,
    elements(from, to) {
      const array = count > 256 ? new Uint16Array(to - from) : new Uint8Array(to - from);
      return array.map((_: number, i: number) => ((from + i) * 7) % count);
    },
  };
}

function values<T extends string | Uint8Array>(
  dtype: Hdf5Type,
  name: string,
  at: (i: number) => T,
): TypeCase {
  return { name, dtype, elements: (from, to) => Array.from({ length: to - from }, (_, i) => at(from + i)) };
}

const TEXTS = [
  '',
  'a',
  'naïve',
  '日本語',
  '😀',
  ' leading',
  'trailing ',
  'x'.repeat(300),
  '\uFEFFmark',
  '"\\\n',
];
const labels = (count: number) => Array.from({ length: count }, (_, i) => `label ${i} ü`);

export const TYPE_CASES: readonly TypeCase[] = [
  numbers('f64', 'f64', [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 2 ** 53 + 2, 0.1]),
  numbers('f32', 'f32', [0, -0, Number.NaN, Infinity, -Infinity, 1e-45, 3.4028234663852886e38, 0.1]),
  numbers('i8', 'i8', [0, -1, 127, -128]),
  numbers('i16', 'i16', [0, -1, 32767, -32768]),
  numbers('i32', 'i32', [0, -1, 2 ** 31 - 1, -(2 ** 31)]),
  numbers('i64', 'i64', [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]),
  numbers('u8', 'u8', [0, 255]),
  numbers('u16', 'u16', [0, 65535]),
  numbers('u32', 'u32', [0, 2 ** 32 - 1]),
  numbers('u64', 'u64', [0n, 2n ** 64n - 1n, 2n ** 53n + 1n]),
  numbers('timestamp', 'i64', [0n, 1_700_000_000_000_000_001n, -1n], 'timestamp'),
  codes('bool', 2, 'bool'),
  codes({ kind: 'enum', labels: labels(3) }, 3, 'enum'),
  codes({ kind: 'enum', labels: labels(700) }, 700, 'large enum'),
  values('utf8', 'utf8', (i) => TEXTS[i % TEXTS.length]! + (i < TEXTS.length ? '' : i)),
  values(
    { kind: 'utf8', length: 12 },
    'fixed utf8',
    (i) => ['', 'twelve bytes', 'naïve', '日本語', `n${i}`][i % 5]!,
  ),
  values('bytes', 'bytes', (i) => Uint8Array.from({ length: i % 5 }, (_, k) => (i + k) % 256)),
  values({ kind: 'bytes', length: 3 }, 'opaque', (i) => Uint8Array.of(i, 0, 255)),
];

/** All combinations of filters that do not need a plugin in other readers. */
export const FILTER_CASES: readonly Filters[] = [false, true].flatMap((shuffle) =>
  [undefined, { deflate: 1 }, { deflate: 9 }].flatMap((compression) =>
    [false, true].map((fletcher32) => ({ shuffle, compression, fletcher32 })),
  ),
);

/** Filters without the one that HDF5 does not have for values in the global heap. */
export function filtersFor({ dtype }: TypeCase, filters: Filters): Filters {
  return dtype === 'utf8' || dtype === 'bytes' ? { ...filters, fletcher32: false } : filters;
}

export function filterName({ shuffle, compression, fletcher32 }: Filters): string {
  const name =
    compression === undefined ? '' : compression === 'lzf' ? 'lzf' : `deflate ${compression.deflate}`;
  return (
    [shuffle ? 'shuffle' : '', name, fletcher32 ? 'fletcher32' : '']
      .filter((word) => word !== '')
      .join(' + ') || 'none'
  );
}
