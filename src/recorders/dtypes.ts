import { nearest } from '../config/compose/refuse.ts';
import { SimtapeError, show } from '../errors.ts';
import { array } from '../schema/columns.ts';
import {
  type Column,
  type ColumnKind,
  type ElementKind,
  NUMBER_KINDS,
  type TableSchema,
} from '../schema/types.ts';

/** Names that NumPy, Arrow and pandas have for types of columns, and our kinds. */
const KINDS = {
  float64: 'f64',
  double: 'f64',
  f64: 'f64',
  float32: 'f32',
  f32: 'f32',
  int8: 'i8',
  i8: 'i8',
  int16: 'i16',
  i16: 'i16',
  int32: 'i32',
  i32: 'i32',
  int64: 'i64',
  i64: 'i64',
  uint8: 'u8',
  u8: 'u8',
  uint16: 'u16',
  u16: 'u16',
  uint32: 'u32',
  u32: 'u32',
  uint64: 'u64',
  u64: 'u64',
  bool: 'bool',
  boolean: 'bool',
  string: 'utf8',
  str: 'utf8',
  utf8: 'utf8',
  binary: 'bytes',
  bytes: 'bytes',
  json: 'json',
  timestamp: 'timestamp',
  'timestamp[ns]': 'timestamp',
  'datetime64[ns]': 'timestamp',
} as const;

/** What a row gives for a kind. */
interface Values {
  f64: number;
  f32: number;
  i8: number;
  i16: number;
  i32: number;
  i64: bigint | number;
  u8: number;
  u16: number;
  u32: number;
  u64: bigint | number;
  bool: boolean;
  utf8: string;
  bytes: Uint8Array;
  json: unknown;
  timestamp: bigint | Date;
}

type ScalarDtype = keyof typeof KINDS;
type KindOf<D extends ScalarDtype> = (typeof KINDS)[D];
type ElementDtype = { [D in ScalarDtype]: KindOf<D> extends ElementKind ? D : never }[ScalarDtype];

/** A type of a column by the name that NumPy or Arrow has for it; `float64[3]` is an array of three. */
export type Dtype = ScalarDtype | `${ElementDtype}[${number}]`;

type ElementsOf<K> = K extends 'bool'
  ? ArrayLike<boolean | number>
  : K extends 'i64' | 'u64'
    ? ArrayLike<bigint | number>
    : ArrayLike<number>;
type ColumnOf<D> = D extends ScalarDtype
  ? Column<Values[KindOf<D>], true, false>
  : D extends `${infer E extends ElementDtype}[${number}]`
    ? Column<ElementsOf<KindOf<E>>, true, false>
    : never;

/** The schema of a table whose columns are named by dtypes. All of them may be null, as columns of Arrow are. */
export type DtypeSchema<S extends Readonly<Record<string, Dtype>>> = TableSchema<
  { [K in keyof S]: ColumnOf<S[K]> },
  false
>;

/** @throws `InvalidSchema` for a name that is no type, with the nearest one */
export function columnOf(table: string, column: string, dtype: unknown): Column {
  const text = String(dtype);
  const kind = kindOf(text);
  if (kind !== undefined) return { kind, nullable: true };
  const [, element, length] = /^(\w+)\[(\d+)\]$/.exec(text) ?? [];
  const elements = element === undefined ? undefined : kindOf(element);
  if (elements !== undefined && isElement(elements))
    return array(elements, Number(length), { nullable: true });
  const near = AMBIGUOUS[text] ?? nearest(text, Object.keys(KINDS));
  throw new SimtapeError(
    'InvalidSchema',
    `${table}.${column} is of type ${show(dtype)}, which is none; ${near === null ? '' : `did you mean ${near}? `}there are ${Object.keys(KINDS).join(', ')}, and arrays such as float64[3]`,
    { table, column },
  );
}

function kindOf(name: string): KindOf<ScalarDtype> | undefined {
  return Object.hasOwn(KINDS, name) ? KINDS[name as ScalarDtype] : undefined;
}

function isElement(kind: ColumnKind): kind is ElementKind {
  return kind === 'bool' || (NUMBER_KINDS as readonly string[]).includes(kind);
}

/** Names that mean one thing to NumPy and another to Arrow. */
const AMBIGUOUS: Readonly<Record<string, string | undefined>> = {
  float: 'float64 (as in NumPy) or float32 (as in Arrow)',
  int: 'int64 or int32',
};
