import type { StoredValue } from '../../src/backends/commit.ts';
import {
  array,
  bool,
  bytes,
  enumOf,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  json,
  quat,
  timestamp,
  u8,
  u16,
  u32,
  u64,
  utf8,
  vec2,
  vec3,
} from '../../src/schema/columns.ts';
import type { Column, ColumnOptions } from '../../src/schema/types.ts';

/** What a column of one kind takes, and how each value comes back; and what it does not take. */
export interface KindCase {
  readonly name: string;
  readonly column: (options: ColumnOptions) => Column;
  /** A value and the flat columns that it becomes, `''` for the column itself. */
  readonly taken: readonly (readonly [unknown, Readonly<Record<string, StoredValue>>])[];
  readonly refused: readonly unknown[];
}

const same = (...values: StoredValue[]) => values.map((value) => [value, { '': value }] as const);
const as = (value: unknown, stored: StoredValue) => [value, { '': stored }] as const;
const raw = (elements: ArrayBufferView): Uint8Array =>
  new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength).slice();

const NO_NUMBERS: readonly unknown[] = [
  '1',
  '',
  true,
  false,
  1n,
  {},
  [],
  [1],
  new Date(0),
  () => 1,
  Symbol('s'),
];
const NO_INTEGERS: readonly unknown[] = [
  ...NO_NUMBERS,
  0.5,
  -0.5,
  1e-300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 53,
  1e300,
];

function integers(name: string, column: KindCase['column'], low: number, high: number): KindCase {
  return {
    name,
    column,
    taken: [...same(0, 1, low, high, high - 1), as(-0, 0)],
    refused: [...NO_INTEGERS, low - 1, high + 1, low - 0.5, high + 0.5, high + 1 + (high - low)],
  };
}

const LARGE = 2 ** 53 - 1;
const FLOATS = [
  0,
  -0,
  1.5,
  -1e300,
  5e-324,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  LARGE,
];
const LONG = 'plume '.repeat(2000);
const named = (...parts: readonly number[]) =>
  Object.fromEntries(parts.map((value, i) => ['xyzw'[i]!, value]));
const parts = (...values: readonly number[]) =>
  Object.fromEntries(values.map((value, i) => [`_${'xyzw'[i]}`, value]));

class Vector {
  readonly #parts: readonly number[];
  constructor(...values: readonly number[]) {
    this.#parts = values;
  }
  get x(): number | undefined {
    return this.#parts[0];
  }
  get y(): number | undefined {
    return this.#parts[1];
  }
  get z(): number | undefined {
    return this.#parts[2];
  }
  get w(): number | undefined {
    return this.#parts[3];
  }
}

function vectors(name: string, column: KindCase['column'], size: number): KindCase {
  const values = [1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY].slice(0, size);
  const with_ = (index: number, value: unknown) => values.map((part, i) => (i === index ? value : part));
  const other = [1, 2, 3, 4, 5];
  return {
    name,
    column,
    taken: [
      [values, parts(...values)],
      [named(...values), parts(...values)],
      [Float64Array.from(values), parts(...values)],
      [Int8Array.from(other.slice(0, size)), parts(...other.slice(0, size))],
      [{ ...other.slice(0, size), length: size }, parts(...other.slice(0, size))],
      [new Vector(...values), parts(...values)],
      [Object.assign(Object.create(null), named(...values)), parts(...values)],
    ],
    refused: [
      ...NO_NUMBERS,
      1,
      'x'.repeat(size),
      other.slice(0, size - 1),
      other.slice(0, size + 1),
      Float32Array.from(other.slice(0, size + 1)),
      BigInt64Array.from(other.slice(0, size).map(BigInt)),
      with_(0, '1'),
      with_(size - 1, null),
      with_(size - 1, undefined),
      with_(1, 1n),
      named(...other.slice(0, size - 1)),
      ...(size < 4 ? [named(...other.slice(0, size + 1))] : []),
      { ...named(...values), y: '2' },
      { ...named(...values), x: null },
      new Vector(...values.slice(1)),
    ],
  };
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { inner: value };
  return value;
}
const cyclic: Record<string, unknown> = { name: 'a' };
cyclic.self = cyclic;
const loop: unknown[] = [1];
loop.push(loop);

export const KINDS: readonly KindCase[] = [
  { name: 'f64', column: f64, taken: same(...FLOATS), refused: NO_NUMBERS },
  {
    name: 'f32',
    column: f32,
    taken: FLOATS.map((value) => as(value, Math.fround(value))),
    refused: NO_NUMBERS,
  },
  integers('i8', i8, -128, 127),
  integers('i16', i16, -32768, 32767),
  integers('i32', i32, -2147483648, 2147483647),
  integers('u8', u8, 0, 255),
  integers('u16', u16, 0, 65535),
  integers('u32', u32, 0, 4294967295),
  {
    name: 'i64',
    column: i64,
    taken: [
      ...same(0n, 1n, -1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
      ...[0, 1, -1, -4294967297, 4294967296, 2 ** 31, -(2 ** 31), -(2 ** 32), LARGE, -LARGE].map((value) =>
        as(value, BigInt(value)),
      ),
      as(-0, 0n),
    ],
    refused: [
      ...NO_INTEGERS.filter((value) => value !== 1n),
      -(2 ** 53),
      2n ** 63n,
      -(2n ** 63n) - 1n,
      2n ** 64n,
    ],
  },
  {
    name: 'u64',
    column: u64,
    taken: [
      ...same(0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n),
      ...[0, 1, 4294967295, 4294967296, 2 ** 31, LARGE].map((value) => as(value, BigInt(value))),
      as(-0, 0n),
    ],
    refused: [...NO_INTEGERS.filter((value) => value !== 1n), -1, -LARGE, -1n, 2n ** 64n, 2n ** 128n],
  },
  {
    name: 'timestamp',
    column: timestamp,
    taken: [
      ...same(0n, -1n, 1_700_000_000_123_456_789n, 2n ** 63n - 1n, -(2n ** 63n)),
      as(new Date(0), 0n),
      as(new Date(1_700_000_000_123), 1_700_000_000_123_000_000n),
      as(new Date(-1), -1_000_000n),
    ],
    refused: [
      ...NO_NUMBERS.filter((value) => value !== 1n && !(value instanceof Date)),
      0,
      1.5,
      new Date(Number.NaN),
      new Date(8.64e15),
      2n ** 63n,
      '2026-01-01T00:00:00Z',
      { getTime: () => 0 },
    ],
  },
  {
    name: 'bool',
    column: bool,
    taken: same(true, false),
    refused: [0, 1, 'true', '', 1n, {}, [], new Boolean(true)],
  },
  {
    name: 'utf8',
    column: utf8,
    taken: same(
      '',
      'a',
      'schön',
      '👩‍🚀',
      '\u0000',
      '"\\\n',
      '\uFEFF',
      '\uFEFFwith a mark',
      'é'.repeat(40),
      LONG,
      `${LONG}é`,
    ),
    refused: [
      1,
      true,
      1n,
      {},
      [],
      new String('a'),
      () => 'a',
      '\uD800',
      'a\uDC00',
      `${'x'.repeat(100)}\uD83D`,
    ],
  },
  {
    name: 'enum',
    column: (options) => enumOf(['cast', 'surge', '', 'Ça'], options),
    taken: same('cast', 'surge', '', 'Ça'),
    refused: ['hover', 'Cast', 0, 1, true, 1n, {}, ['cast'], () => 1],
  },
  {
    name: 'enum of 300',
    column: (options) =>
      enumOf(
        Array.from({ length: 300 }, (_, i) => `l${i}`),
        options,
      ),
    taken: same('l0', 'l255', 'l256', 'l299'),
    refused: ['l300', 299],
  },
  {
    name: 'bytes',
    column: bytes,
    taken: [
      ...same(new Uint8Array(0), Uint8Array.of(0, 255), new Uint8Array(70_000).fill(7)),
      as(Buffer.from([1, 2, 3]), Uint8Array.of(1, 2, 3)),
      as(new Uint8Array(Uint8Array.of(9, 1, 2, 9).buffer, 1, 2), Uint8Array.of(1, 2)),
    ],
    refused: [
      1,
      'ab',
      true,
      1n,
      {},
      [1, 2],
      new ArrayBuffer(2),
      new DataView(new ArrayBuffer(2)),
      Int8Array.of(1),
    ],
  },
  {
    name: 'json',
    column: json,
    taken: [
      as({}, '{}'),
      as([], '[]'),
      as(0, '0'),
      as('', '""'),
      as(false, 'false'),
      as({ a: [1, { b: null }], c: undefined }, '{"a":[1,{"b":null}]}'),
      as([undefined, () => 1], '[null,null]'),
      as([Number.NaN, -0, Number.POSITIVE_INFINITY, 1e21], '[null,0,null,1e+21]'),
      as({ big: 2n ** 70n }, '{"big":1180591620717411303424}'),
      as(new Date(0), '"1970-01-01T00:00:00.000Z"'),
      as({ image: Uint8Array.of(1, 2) }, '{"image":[1,2]}'),
      as(nested(64), JSON.stringify(nested(64))),
    ],
    refused: [cyclic, loop, { deep: [cyclic] }, nested(66), new Map([[1, 1]]).set(2, 2) && wrapped(cyclic)],
  },
  vectors('vec2', vec2, 2),
  vectors('vec3', vec3, 3),
  vectors('quat', quat, 4),
  ...(
    [
      ['f64', Float64Array, [0, -0, Number.NaN, 1e300]],
      ['f32', Float32Array, [0, -0, Number.NaN, 0.1]],
      ['i8', Int8Array, [0, -128, 127, 1]],
      ['u8', Uint8Array, [0, 255, 1, 2]],
      ['i16', Int16Array, [0, -32768, 32767, 1]],
      ['u16', Uint16Array, [0, 65535, 1, 2]],
      ['i32', Int32Array, [0, -(2 ** 31), 2 ** 31 - 1, 1]],
      ['u32', Uint32Array, [0, 2 ** 32 - 1, 1, 2]],
    ] as const
  ).map(([element, type, values]): KindCase => {
    const elements = type.from(values);
    const integer = !element.startsWith('f');
    return {
      name: `array of ${element}`,
      column: (options) => array(element, 4, options),
      taken: [
        as(values, raw(elements)),
        as(elements, raw(elements)),
        as(Float64Array.from(values), raw(elements)),
        as({ ...values, length: 4 }, raw(elements)),
      ],
      refused: [
        ...NO_NUMBERS,
        1,
        'abcd',
        values.slice(1),
        [...values, 0],
        new type(5),
        [1, 2, 3, '4'],
        [1, 2, 3, null],
        [1, 2, 3, 4n],
        [1, 2, 3, true],
        ...(integer
          ? [
              [0, 0, 0, 0.5],
              [0, 0, 0, 2 ** 32],
              [0, 0, 0, Number.NaN],
              [-(2 ** 31) - 1, 0, 0, 0],
            ]
          : []),
      ],
    };
  }),
  {
    name: 'long array of f64',
    column: (options) => array('f64', 40, options),
    taken: [
      as(
        Float64Array.from({ length: 40 }, (_, i) => i / 3),
        raw(Float64Array.from({ length: 40 }, (_, i) => i / 3)),
      ),
      as(
        Float32Array.from({ length: 40 }, (_, i) => i),
        raw(Float64Array.from({ length: 40 }, (_, i) => i)),
      ),
      as(
        Array.from({ length: 40 }, (_, i) => -i),
        raw(Float64Array.from({ length: 40 }, (_, i) => -i)),
      ),
    ],
    refused: [
      new Float64Array(39),
      new Float64Array(41),
      Array.from({ length: 40 }, (_, i) => (i < 39 ? i : 'x')),
    ],
  },
  {
    name: 'array of i64',
    column: (options) => array('i64', 2, options),
    taken: [
      as([1n, -(2n ** 63n)], raw(BigInt64Array.of(1n, -(2n ** 63n)))),
      as([1, -2], raw(BigInt64Array.of(1n, -2n))),
      as(BigInt64Array.of(3n, 4n), raw(BigInt64Array.of(3n, 4n))),
    ],
    refused: [[1n], [1n, 2n ** 63n], [1n, 2 ** 53], [1n, 0.5], ['1', '2'], BigUint64Array.of(1n, 2n ** 63n)],
  },
  {
    name: 'array of u64',
    column: (options) => array('u64', 2, options),
    taken: [
      as([1n, 2n ** 64n - 1n], raw(BigUint64Array.of(1n, 2n ** 64n - 1n))),
      as([1, 2], raw(BigUint64Array.of(1n, 2n))),
    ],
    refused: [[1n, -1n], [1n, 2n ** 64n], [1, -1], BigInt64Array.of(1n, -1n)],
  },
  {
    name: 'array of bool',
    column: (options) => array('bool', 3, options),
    taken: [
      as([true, false, true], Uint8Array.of(1, 0, 1)),
      as(Uint8Array.of(0, 1, 0), Uint8Array.of(0, 1, 0)),
    ],
    refused: [
      [true],
      [true, false, 2],
      [true, false, 'true'],
      [true, false, null],
      'abc',
      Uint8Array.of(0, 1, 2),
    ],
  },
];

/** An instance of a class, which goes through `JSON.stringify` itself. */
function wrapped(value: unknown): object {
  return new (class Wrapped {
    readonly value = value;
  })();
}
