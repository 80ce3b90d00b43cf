import { SimtapeError, show } from '../errors.ts';
import {
  type Column,
  type ColumnKind,
  type ColumnOptions,
  type ElementKind,
  NUMBER_KINDS,
  type TableSchema,
} from './types.ts';

/** Whether a column with these options may be null. Conditional, so that it is inferred from the options alone. */
type IsNullable<Options> = Options extends { nullable: boolean } ? Options['nullable'] : false;

type Builder<Value> = <Options extends ColumnOptions = Record<never, never>>(
  options?: Options,
) => Column<Value, IsNullable<Options>, false>;

type Extra = Pick<Column, 'labels' | 'element' | 'length' | 'target'>;

function column<Value, Nullable extends boolean, Filled extends boolean = false>(
  kind: ColumnKind,
  options: ColumnOptions | undefined,
  extra?: Extra,
): Column<Value, Nullable, Filled> {
  return { kind, nullable: false, ...options, ...extra };
}

function builder<Value>(kind: ColumnKind): Builder<Value> {
  return (options) => column(kind, options);
}

/** A 64-bit float; any JavaScript number, NaN and -0 included. */
export const f64: Builder<number> = builder('f64');
/** A 32-bit float; numbers are rounded to the nearest. */
export const f32: Builder<number> = builder('f32');
/** An integer from -128 to 127. */
export const i8: Builder<number> = builder('i8');
/** An integer from -32,768 to 32,767. */
export const i16: Builder<number> = builder('i16');
/** An integer from -2^31 to 2^31 - 1. */
export const i32: Builder<number> = builder('i32');
/** A 64-bit signed integer: a bigint, or a number that is a safe integer. Read back as a bigint. */
export const i64: Builder<bigint | number> = builder('i64');
/** An integer from 0 to 255. */
export const u8: Builder<number> = builder('u8');
/** An integer from 0 to 65,535. */
export const u16: Builder<number> = builder('u16');
/** An integer from 0 to 2^32 - 1. */
export const u32: Builder<number> = builder('u32');
/** A 64-bit unsigned integer: a bigint, or a number that is a safe integer. Read back as a bigint. */
export const u64: Builder<bigint | number> = builder('u64');
/** True or false. */
export const bool: Builder<boolean> = builder('bool');
/** Well-formed Unicode text; a string with a lone surrogate is refused, because UTF-8 cannot hold it. */
export const utf8: Builder<string> = builder('utf8');
/** Anything that `JSON.stringify` takes, by its rules (NaN and infinities become null); bigints as integers. */
export const json: Builder<unknown> = builder('json');
/** Bytes of any number, copied when the row is taken. */
export const bytes: Builder<Uint8Array> = builder('bytes');
/** An instant: nanoseconds since the Unix epoch as a bigint, or a `Date`. Read back as a bigint. */
export const timestamp: Builder<bigint | Date> = builder('timestamp');

/** Components in order, or an object that names them (what three.js and Rapier hand out). */
export type Vec2 = { readonly x: number; readonly y: number } | ArrayLike<number>;
/** Components x, y, z. */
export type Vec3 = { readonly x: number; readonly y: number; readonly z: number } | ArrayLike<number>;
/** Order x, y, z, w. */
export type Quat =
  | { readonly x: number; readonly y: number; readonly z: number; readonly w: number }
  | ArrayLike<number>;

/** Two 64-bit floats, stored as `<name>_x` and `<name>_y`. */
export const vec2: Builder<Vec2> = builder('vec2');
/** Three 64-bit floats, stored as `<name>_x`, `_y` and `_z`. */
export const vec3: Builder<Vec3> = builder('vec3');
/** A rotation: four 64-bit floats, stored as `<name>_x`, `_y`, `_z` and `_w`. */
export const quat: Builder<Quat> = builder('quat');

/** One of a fixed set of labels, stored as a small code. */
export function enumOf<const Label extends string, Options extends ColumnOptions = Record<never, never>>(
  labels: readonly Label[],
  options?: Options,
): Column<Label, IsNullable<Options>, false> {
  const refuse = (what: string) => {
    const message = `enumOf takes an array of 1 to 65,536 different strings, not ${what}`;
    return new SimtapeError('InvalidSchema', message, {});
  };
  if (!Array.isArray(labels)) throw refuse(show(labels));
  if (labels.length === 0 || labels.length > 65_536) throw refuse(`${labels.length} labels`);
  const seen = new Set<unknown>();
  for (const label of labels as readonly unknown[]) {
    if (typeof label !== 'string') throw refuse(`one with ${show(label)}`);
    if (seen.has(label)) throw refuse(`one with ${show(label)} twice`);
    seen.add(label);
  }
  return column('enum', options, { labels: [...labels] });
}

type ElementValue<K extends ElementKind> = K extends 'bool'
  ? ArrayLike<boolean | number>
  : K extends 'i64' | 'u64'
    ? ArrayLike<bigint | number>
    : ArrayLike<number>;

/** `length` elements that stay one value: a BLOB in SQLite, a list in Parquet, `[rows, length]` in HDF5. */
export function array<K extends ElementKind, Options extends ColumnOptions = Record<never, never>>(
  element: K,
  length: number,
  options?: Options,
): Column<ElementValue<K>, IsNullable<Options>, false> {
  if (element !== 'bool' && !NUMBER_KINDS.includes(element)) {
    throw new SimtapeError('InvalidSchema', `array takes a number kind or bool, not ${show(element)}`, {});
  }
  if (!Number.isInteger(length) || length < 1 || length > 2 ** 24) {
    throw new SimtapeError('InvalidSchema', `array takes a length of 1 to 2^24, not ${show(length)}`, {});
  }
  return column('array', options, { element, length });
}

/**
 * The id of a row of another table, as its `append` returned it. A reference to `SimulationFrame` that a row
 * leaves out is filled with the open frame's id.
 */
export function ref<T extends TableSchema, Options extends ColumnOptions = Record<never, never>>(
  target: T,
  options?: Options,
): Column<number, IsNullable<Options>, T['frames'] extends true ? true : false> {
  return column('ref', options, { target });
}
