import { SimtapeError, show } from '../../errors.ts';
import type { StoredKind } from '../../schema/plan.ts';
import type { ElementKind } from '../../schema/types.ts';
import type { EncodingName, PhysicalType } from './codes.ts';
import type { ParquetColumn } from './column.ts';

/** Kinds of single values. */
export type ScalarKind = Exclude<StoredKind, 'array'>;

/** What of a column carries values: the column itself, or the element of a list. */
export interface Leaf {
  readonly name: string;
  readonly path: readonly string[];
  readonly kind: ScalarKind;
  readonly physical: PhysicalType;
  readonly nullable: boolean;
  readonly list: boolean;
  /** Values of a row that is not null. */
  readonly perRow: number;
  readonly labels: readonly string[];
  readonly encoding: EncodingName;
}

const INTEGERS: readonly EncodingName[] = ['DELTA_BINARY_PACKED', 'PLAIN', 'BYTE_STREAM_SPLIT'];
const FLOATS: readonly EncodingName[] = ['BYTE_STREAM_SPLIT', 'PLAIN'];
const TEXTS: readonly EncodingName[] = ['RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'PLAIN'];

const KINDS: Record<ScalarKind, readonly [PhysicalType, readonly EncodingName[]]> = {
  f64: ['DOUBLE', FLOATS],
  f32: ['FLOAT', FLOATS],
  i8: ['INT32', INTEGERS],
  i16: ['INT32', INTEGERS],
  i32: ['INT32', INTEGERS],
  i64: ['INT64', INTEGERS],
  u8: ['INT32', INTEGERS],
  u16: ['INT32', INTEGERS],
  u32: ['INT32', INTEGERS],
  u64: ['INT64', INTEGERS],
  timestamp: ['INT64', INTEGERS],
  ref: ['INT64', INTEGERS],
  bool: ['BOOLEAN', ['RLE', 'PLAIN']],
  utf8: ['BYTE_ARRAY', TEXTS],
  json: ['BYTE_ARRAY', TEXTS],
  bytes: ['BYTE_ARRAY', TEXTS],
  enum: ['BYTE_ARRAY', TEXTS],
};

function scalarOf(column: Pick<ParquetColumn, 'kind' | 'element'>): ScalarKind {
  return column.kind === 'array' ? (column.element as ElementKind) : column.kind;
}

/** The encodings that a column can be written with, the best one first. */
export function encodingsOf(column: Pick<ParquetColumn, 'kind' | 'element'>): readonly EncodingName[] {
  return KINDS[scalarOf(column)][1];
}

/**
 * The encoding of a column that names none. Integers as differences and text as a dictionary are smaller by
 * themselves; splitting floats into bytes only pays where a codec follows.
 */
export function defaultEncoding(
  column: Pick<ParquetColumn, 'kind' | 'element'>,
  compressed: boolean,
): EncodingName {
  const best = encodingsOf(column)[0]!;
  return best === 'BYTE_STREAM_SPLIT' && !compressed ? 'PLAIN' : best;
}

/** Works out how a column is stored, or throws `InvalidSchema` or `InvalidConfig`. */
export function leafOf(column: ParquetColumn, compressed: boolean): Leaf {
  const { name, kind, nullable, labels = [], element, length = 1 } = column;
  const list = kind === 'array';
  const known = Object.hasOwn(KINDS, scalarOf(column) ?? '');
  if (!known || (list && !(Number.isInteger(length) && length > 0))) {
    const what = list ? `an array of ${show(length)} ${show(element)}` : show(kind);
    throw new SimtapeError('InvalidSchema', `Parquet column ${show(name)} cannot be ${what}`, {
      column: name,
    });
  }
  const encoding = column.encoding ?? defaultEncoding(column, compressed);
  const possible = encodingsOf(column);
  if (!possible.includes(encoding)) {
    throw new SimtapeError(
      'InvalidConfig',
      `encoding of Parquet column ${show(name)} (${kind}) is ${show(encoding)}, but can be ${possible.join(', ')}`,
      { key: 'encoding', value: encoding },
    );
  }
  const scalar = scalarOf(column);
  return {
    name,
    path: list ? [name, 'list', 'element'] : [name],
    kind: scalar,
    physical: KINDS[scalar][0],
    nullable,
    list,
    perRow: list ? length : 1,
    labels,
    encoding,
  };
}
