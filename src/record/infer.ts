import type { InputColumn, StoredColumn } from '../schema/plan.ts';
import type { ElementKind } from '../schema/types.ts';

/** What the first value of a dictionary's field says about its column. */
export type FieldType =
  | { readonly kind: 'f64' | 'i64' | 'bool' | 'utf8' | 'json' | 'timestamp' }
  | { readonly kind: 'vector'; readonly size: number }
  | { readonly kind: 'array'; readonly element: ElementKind; readonly length: number };

const ELEMENTS = new Map<unknown, ElementKind>([
  [Float64Array, 'f64'],
  [Float32Array, 'f32'],
  [Int8Array, 'i8'],
  [Uint8Array, 'u8'],
  [Uint8ClampedArray, 'u8'],
  [Int16Array, 'i16'],
  [Uint16Array, 'u16'],
  [Int32Array, 'i32'],
  [Uint32Array, 'u32'],
  [BigInt64Array, 'i64'],
  [BigUint64Array, 'u64'],
]);
const PART_NAMES = ['x', 'y', 'z', 'w'];
const VECTOR_KINDS: Record<number, 'vec2' | 'vec3' | 'quat'> = { 2: 'vec2', 3: 'vec3', 4: 'quat' };

/**
 * The type of a value: numbers are f64 and bigints i64; two to four numbers, and typed arrays of that length, are a
 * vector; longer ones an array of fixed length; other objects JSON. Null where the value says nothing, undefined where
 * it cannot be recorded.
 */
export function inferType(value: unknown): FieldType | null | undefined {
  switch (typeof value) {
    case 'number':
      return { kind: 'f64' };
    case 'bigint':
      return { kind: 'i64' };
    case 'boolean':
      return { kind: 'bool' };
    case 'string':
      return { kind: 'utf8' };
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : objectType(value);
    default:
      return undefined;
  }
}

function objectType(value: object): FieldType {
  if (value instanceof Date) return { kind: 'timestamp' };
  const numbers = numericLength(value);
  if (numbers !== null) {
    const element = ELEMENTS.get(value.constructor) ?? 'f64';
    if (numbers >= 2 && numbers <= 4 && element !== 'i64' && element !== 'u64') {
      return { kind: 'vector', size: numbers };
    }
    if (numbers > 0) return { kind: 'array', element, length: numbers };
  }
  return namedVector(value) ?? { kind: 'json' };
}

/** Length of an array of numbers, or null for anything else. */
export function numericLength(value: unknown): number | null {
  if (ArrayBuffer.isView(value)) {
    return ELEMENTS.has(value.constructor) ? (value as unknown as { length: number }).length : null;
  }
  if (!Array.isArray(value)) return null;
  return value.every((element) => typeof element === 'number') ? value.length : null;
}

/** `{ x, y }`, `{ x, y, z }` or `{ x, y, z, w }` of numbers and nothing else, as physics engines hand out. */
function namedVector(value: object): FieldType | null {
  const keys = Object.keys(value);
  const named =
    keys.length >= 2 && keys.length <= 4 && PART_NAMES.slice(0, keys.length).every(isNumberIn, value);
  return named ? { kind: 'vector', size: keys.length } : null;
}

function isNumberIn(this: object, key: string): boolean {
  return typeof (this as Record<string, unknown>)[key] === 'number';
}

/** The flat columns of a field. */
export function columnsOf(name: string, type: FieldType): StoredColumn[] {
  if (type.kind === 'vector') {
    return PART_NAMES.slice(0, type.size).map((part, index) => ({
      name: `${name}_${part}`,
      kind: 'f64',
      nullable: true,
      vector: { name, part: index },
    }));
  }
  return [{ name, nullable: true, ...type }];
}

/** How a field's value reaches its flat columns. */
export function inputOf(name: string, type: FieldType, stored: readonly number[]): InputColumn {
  if (type.kind === 'vector')
    return { name, kind: VECTOR_KINDS[type.size]!, nullable: true, stored, exact: true };
  return { name, nullable: true, stored, ...type, exact: true };
}
