import {
  array,
  bool,
  bytes,
  type Column,
  type ColumnOptions,
  enumOf,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  json,
  timestamp,
  u8,
  u16,
  u32,
  u64,
  utf8,
  vec3,
} from '../../index.ts';

/** A kind of column, and values of it; `stored` are the flat columns that a value becomes, where it is not itself. */
export interface Kind {
  readonly name: string;
  readonly column: (options: ColumnOptions) => Column;
  readonly values: readonly unknown[];
  readonly stored?: (value: never) => Readonly<Record<string, unknown>>;
}

const FLOATS = [0, -0, 1.5, -1e300, 5e-324, Number.NaN, Infinity, -Infinity, 2 ** 53 - 1, 0.1];
const LONG = 'plume '.repeat(5000);

/** Every kind, with the values that formats are known to lose. */
export const KINDS: readonly Kind[] = [
  { name: 'f64', column: f64, values: FLOATS },
  { name: 'f32', column: f32, values: FLOATS.map(Math.fround) },
  { name: 'i8', column: i8, values: [0, -128, 127] },
  { name: 'i16', column: i16, values: [0, -32_768, 32_767] },
  { name: 'i32', column: i32, values: [0, -(2 ** 31), 2 ** 31 - 1] },
  { name: 'u8', column: u8, values: [0, 255] },
  { name: 'u16', column: u16, values: [0, 65_535] },
  { name: 'u32', column: u32, values: [0, 2 ** 32 - 1] },
  { name: 'i64', column: i64, values: [0n, -1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n] },
  { name: 'u64', column: u64, values: [0n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n] },
  { name: 'timestamp', column: timestamp, values: [0n, -1n, 1_700_000_000_123_456_789n, 2n ** 63n - 1n] },
  { name: 'bool', column: bool, values: [true, false] },
  {
    name: 'utf8',
    column: utf8,
    values: ['', 'a', 'schön', '👩‍🚀', '\u0000', 'a\u0000b', '"\\\n\r', '\uFEFFmark', 'null', LONG],
  },
  {
    name: 'enum',
    column: (options) => enumOf(['cast', 'surge', '', 'Ça'], options),
    values: ['cast', '', 'Ça'],
  },
  {
    name: 'bytes',
    column: bytes,
    values: [new Uint8Array(0), Uint8Array.of(0, 255, 10), new Uint8Array(70_000).fill(7)],
  },
  {
    name: 'json',
    column: json,
    values: [{}, [], 0, '', false, 'text', { a: [1, { b: null }] }, { s: '\u0000"\\' }],
  },
  {
    name: 'vec3',
    column: vec3,
    values: [
      [1.5, -0, Number.NaN],
      [0, Infinity, 5e-324],
    ],
    stored: ([x, y, z]: readonly number[]) => ({ _x: x, _y: y, _z: z }),
  },
  {
    name: 'list of f64',
    column: (options) => array('f64', 3, options),
    values: [
      [0, -0, Number.NaN],
      [1e300, 5e-324, 1],
    ],
  },
  {
    name: 'list of i64',
    column: (options) => array('i64', 2, options),
    values: [[2n ** 53n + 1n, -(2n ** 63n)]],
  },
  { name: 'list of u8', column: (options) => array('u8', 2, options), values: [[0, 255]] },
  {
    name: 'list of bool',
    column: (options) => array('bool', 2, options),
    values: [[true, false]],
    stored: (value: readonly boolean[]) => ({ '': value.map(Number) }),
  },
];

/** The kinds of which JSON holds some values, with those. */
export function plainKinds(): readonly Kind[] {
  return KINDS.map((kind) => ({ ...kind, values: kind.values.filter(isPlain) })).filter(
    ({ name, values }) => values.length > 0 && !/^(timestamp|list of)/.test(name),
  );
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value));
  return typeof value === 'string' || typeof value === 'boolean';
}
