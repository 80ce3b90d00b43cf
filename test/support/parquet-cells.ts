import type {
  ColumnSlice,
  EncodingOptions,
  NumberArray,
  ParquetColumn,
} from '../../src/formats/parquet/index.ts';
import { ParquetWriter } from '../../src/formats/parquet/index.ts';

/** One value of one row; of a ref a bigint, as it is read back. */
export type Cell =
  | number
  | bigint
  | string
  | boolean
  | Uint8Array
  | readonly (number | bigint | boolean)[]
  | null;

/** A column and values of its kind that are easily lost. */
export interface KindCase {
  readonly name: string;
  readonly column: ParquetColumn;
  readonly cells: readonly Exclude<Cell, null>[];
}

const FLOATS = [0, -0, Number.NaN, Infinity, -Infinity, 1.5, -1.5, 0.1];
const SAFE = 2n ** 53n;
const WIDE = [0n, 1n, -1n, SAFE + 1n, -SAFE - 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 31n)];
const TEXTS = [
  '',
  'a',
  'é',
  '日本',
  '\u{1f980}',
  'x'.repeat(100),
  '\u{10ffff}'.repeat(30),
  '\0',
  '﻿b',
  'same',
  'same',
];
const LABELS = ['cast', 'surge', 'naïve', ''];

function integers(bits: number, signed: boolean): number[] {
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return [0, 1, low, high, high - 1, 7, low + 1, 0];
}

function cell(
  kind: ParquetColumn['kind'],
  cells: KindCase['cells'],
  more: Partial<ParquetColumn> = {},
): KindCase {
  const name = more.element === undefined ? kind : `${kind} of ${more.length} ${more.element}`;
  return { name, column: { name: 'v', kind, nullable: false, ...more }, cells };
}

/** Every stored kind. */
export const KIND_CASES: readonly KindCase[] = [
  cell('f64', [...FLOATS, 2 ** 53 + 2, Number.MIN_VALUE, Number.MAX_VALUE, -Number.MIN_VALUE]),
  cell('f32', [...FLOATS, 2 ** -149, 3.4028234663852886e38].map(Math.fround)),
  cell('i8', integers(8, true)),
  cell('i16', integers(16, true)),
  cell('i32', integers(32, true)),
  cell('u8', integers(8, false)),
  cell('u16', integers(16, false)),
  cell('u32', integers(32, false)),
  cell('i64', WIDE),
  cell('u64', [0n, 1n, 2n ** 64n - 1n, 2n ** 63n, SAFE + 1n, 2n ** 32n - 1n]),
  cell('timestamp', [
    0n,
    1_700_000_000_123_456_789n,
    -1n,
    253_402_300_799_999_999n,
    1_700_000_000_123_456_790n,
  ]),
  cell('ref', [0n, 1n, SAFE - 1n, -1n, 2n ** 40n, 1n - SAFE]),
  cell('bool', [true, false, false, true, true, true, true, true, true, true, true, true, true, false]),
  cell('utf8', TEXTS),
  cell('json', ['{"a":[1,null,"é"]}', 'null', '""', '1e999', '[]', '9007199254740993']),
  cell('bytes', [new Uint8Array(0), Uint8Array.of(0), Uint8Array.of(255, 254), new Uint8Array(80).fill(255)]),
  cell('enum', ['cast', 'naïve', '', 'cast', 'naïve'], { labels: LABELS }),
  cell('enum', ['l0', 'l299', 'l5', 'l256'], { labels: Array.from({ length: 300 }, (_, i) => `l${i}`) }),
  cell(
    'array',
    [
      [0, -0, Number.NaN],
      [1, 2, 3],
      [Infinity, 0.1, 5e-324],
    ],
    { element: 'f64', length: 3 },
  ),
  cell('array', [[0], [1.5], [-0]], { element: 'f32', length: 1 }),
  cell('array', [Array.from({ length: 40 }, (_, i) => i), Array(40).fill(255)], {
    element: 'u8',
    length: 40,
  }),
  cell(
    'array',
    [
      [1n, SAFE + 1n],
      [-(2n ** 63n), 2n ** 63n - 1n],
    ],
    { element: 'i64', length: 2 },
  ),
  cell('array', [[2n ** 64n - 1n, 0n]], { element: 'u64', length: 2 }),
  cell(
    'array',
    [
      [true, false, true, true, false],
      [false, false, false, false, true],
    ],
    { element: 'bool', length: 5 },
  ),
];

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
  timestamp: BigInt64Array,
  ref: BigInt64Array,
  bool: Uint8Array,
} as const;

/** Cells as a slice of a column; validity only where a cell is null. */
function sliceOf(column: ParquetColumn, cells: readonly Cell[]): ColumnSlice {
  const rows = cells.length;
  const validity = cells.includes(null)
    ? Uint8Array.from(cells, (value) => (value === null ? 0 : 1))
    : undefined;
  const { kind, labels = [], length = 1 } = column;
  if (kind === 'utf8' || kind === 'json' || kind === 'bytes') {
    return { rows, values: cells as (string | Uint8Array | null)[], validity };
  }
  if (kind === 'enum') {
    const codes = cells.map((value) => (value === null ? 0 : labels.indexOf(value as string)));
    return { rows, values: labels.length > 256 ? Uint16Array.from(codes) : Uint8Array.from(codes), validity };
  }
  const element = kind === 'array' ? column.element! : kind;
  const values = new ARRAYS[element](rows * length) as NumberArray;
  for (const [row, value] of cells.entries()) {
    if (value === null) continue;
    for (let i = 0; i < length; i++)
      values[row * length + i] = (kind === 'array' ? (value as number[])[i] : value) as never;
  }
  return { rows, values, validity };
}

/** Cuts cells into slices of uneven lengths, empty ones among them. */
export function unevenSlices(column: ParquetColumn, cells: readonly Cell[]): ColumnSlice[] {
  const slices: ColumnSlice[] = [];
  for (let from = 0, size = 0; from < cells.length; from += size, size = (size * 3 + 1) % 11) {
    slices.push(sliceOf(column, cells.slice(from, from + size)));
  }
  return slices;
}

/** A file of one column: a row group for each list of cells. */
export function fileOf(
  column: ParquetColumn,
  groups: readonly (readonly Cell[])[],
  options: EncodingOptions = {},
): Uint8Array {
  const writer = new ParquetWriter({ columns: [column], ...options });
  const chunks: Uint8Array[] = [];
  for (const cells of groups) {
    chunks.push(...writer.writeRowGroup({ rows: cells.length, columns: [unevenSlices(column, cells)] }));
  }
  chunks.push(...writer.finish({ note: 'é' }));
  return new Uint8Array(Buffer.concat(chunks));
}

/** All cells in turn up to `rows`, every third row null where the column may be. */
export function fill(column: ParquetColumn, cells: readonly Cell[], rows: number): Cell[] {
  let next = 0;
  return Array.from({ length: rows }, (_, i) =>
    column.nullable && i % 3 === 1 ? null : cells[next++ % cells.length]!,
  );
}

/** A text for each different value: bits of floats, so that -0 is not 0 and NaN is NaN. */
export function spell(column: ParquetColumn, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (column.kind === 'array') {
    const inner = { ...column, kind: column.element! } as ParquetColumn;
    return Array.from(value as ArrayLike<unknown>, (element) => spell(inner, element));
  }
  if (column.kind === 'f64' || column.kind === 'f32') {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value as number);
    return view.getBigUint64(0).toString(16).padStart(16, '0');
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return String(value);
}
