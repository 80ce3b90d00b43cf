import type { Views } from '../buffer/segment.ts';
import type { ElementKind } from '../schema/types.ts';

/** Source text that is true where a number is not an integer of the kind. */
export const INTEGER_TESTS: Record<'i8' | 'i16' | 'i32' | 'u8' | 'u16' | 'u32', (value: string) => string> = {
  i8: (v) => `${v} << 24 >> 24 !== ${v}`,
  i16: (v) => `${v} << 16 >> 16 !== ${v}`,
  i32: (v) => `(${v} | 0) !== ${v}`,
  u8: (v) => `(${v} & 255) !== ${v}`,
  u16: (v) => `(${v} & 65535) !== ${v}`,
  u32: (v) => `${v} >>> 0 !== ${v}`,
};

const RANGES: Partial<Record<ElementKind, readonly [number, number]>> = {
  i8: [-128, 127],
  i16: [-32768, 32767],
  i32: [-2147483648, 2147483647],
  u8: [0, 255],
  u16: [0, 65535],
  u32: [0, 4294967295],
};
/** Up to this length a loop beats `TypedArray.prototype.set`, measured on Node 26. */
const SHORT = 16;

/** Whether a number is an integer of the kind. */
export function isInteger(value: unknown, kind: ElementKind): boolean {
  const range = RANGES[kind];
  return range !== undefined && Number.isInteger(value) && inRange(value as number, range);
}

function inRange(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}

/** A 64-bit integer as a bigint, or undefined where the value is none. */
export function wideInteger(value: unknown, signed: boolean): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return wideInteger(BigInt(value), signed);
  if (typeof value !== 'bigint') return undefined;
  return (signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value ? value : undefined;
}

/** The instant of a `Date` in nanoseconds since the Unix epoch, or undefined where it is no valid one. */
export function nanoseconds(value: unknown): bigint | undefined {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return undefined;
  return BigInt(value.getTime()) * 1_000_000n;
}

/**
 * Copies `length` elements to `at`. False, and any part of them written, where one does not fit the kind, or would be
 * rounded although it must be `exact`.
 */
export function storeArray(
  view: Views[Exclude<keyof Views, 'data'>],
  at: number,
  value: unknown,
  length: number,
  kind: ElementKind,
  exact: boolean,
): boolean {
  const from = value as ArrayLike<unknown> | null | undefined;
  if (typeof from !== 'object' || from === null || from.length !== length) return false;
  // Of a boolean's array of bytes each must be looked at.
  if (length > SHORT && kind !== 'bool' && isOfType(from, view)) {
    (view as Float64Array).set(from, at);
    return true;
  }
  const target = view as unknown as { [index: number]: unknown };
  for (let i = 0; i < length; i++) {
    const element = storable(from[i], kind, exact);
    if (element === undefined) return false;
    target[at + i] = element;
  }
  return true;
}

/** Whether an array is of the type of another, so that its elements need no look each. */
function isOfType(array: unknown, view: object): array is Float64Array {
  return array instanceof (view.constructor as Float64ArrayConstructor);
}

/** Whether an array of a kind takes an element. */
export function elementTaken(value: unknown, kind: ElementKind, exact: boolean): boolean {
  return storable(value, kind, exact) !== undefined;
}

function storable(value: unknown, kind: ElementKind, exact: boolean): number | bigint | undefined {
  if (kind === 'f64') return typeof value === 'number' ? value : undefined;
  if (kind === 'f32') {
    if (typeof value !== 'number') return undefined;
    return exact && !Object.is(Math.fround(value), value) ? undefined : value;
  }
  if (kind === 'bool') {
    if (value === true || value === 1) return 1;
    return value === false || value === 0 ? 0 : undefined;
  }
  if (kind === 'i64' || kind === 'u64') return wideInteger(value, kind === 'i64');
  return isInteger(value, kind) ? (value as number) : undefined;
}

/** What generated code calls. */
export const appendHelpers: { nanoseconds: typeof nanoseconds; storeArray: typeof storeArray } = {
  nanoseconds,
  storeArray,
};
