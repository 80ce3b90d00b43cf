import { MAX_DEPTH } from '../buffer/json-size.ts';
import type { InputColumn } from '../schema/plan.ts';
import { partsOf } from '../schema/table.ts';
import { elementTaken, isInteger, nanoseconds, wideInteger } from './append-helpers.ts';

/**
 * Whether an append takes a value, not null, for a column. The rules of the generated code, for whoever must know before
 * anything is stored: the plain loop, and dictionaries of a new shape.
 */
export function takes(input: InputColumn, value: unknown): boolean {
  switch (input.kind) {
    case 'f64':
    case 'f32':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'i64':
    case 'u64':
      return wideInteger(value, input.kind === 'i64') !== undefined;
    case 'timestamp':
      return wideInteger(typeof value === 'bigint' ? value : nanoseconds(value), true) !== undefined;
    case 'utf8':
      return typeof value === 'string' && value.isWellFormed();
    case 'json':
      return takesJson(value);
    case 'bytes':
      return value instanceof Uint8Array;
    case 'enum':
      return input.labels!.includes(value as string);
    case 'vec2':
    case 'vec3':
    case 'quat':
      return takesVector(value, partsOf(input.kind)!, input.exact === true);
    case 'array':
      return takesArray(value, input);
    case 'ref':
      return Number.isSafeInteger(value) && (value as number) > 0;
    case 'null':
    case 'same':
      return false;
    default:
      return isInteger(value, input.kind);
  }
}

function takesVector(value: unknown, parts: readonly string[], exact: boolean): boolean {
  if (value === undefined || value === null) return false;
  const vector = value as Record<string, unknown>;
  const beyond = parts.length < 4 && vector['xyzw'[parts.length]!] !== undefined;
  if (vector.x !== undefined && !beyond) {
    if (exact && Object.keys(vector).length !== parts.length) return false;
    return parts.every((part) => typeof vector[part] === 'number');
  }
  return vector.length === parts.length && parts.every((_, j) => typeof vector[j] === 'number');
}

function takesArray(value: unknown, { element, length, exact }: InputColumn): boolean {
  const array = value as ArrayLike<unknown> | null | undefined;
  if (typeof array !== 'object' || array === null || array.length !== length) return false;
  for (let i = 0; i < length!; i++) if (!elementTaken(array[i], element!, exact === true)) return false;
  return true;
}

/** Whether a value can be written as JSON: no cycle, nothing deeper than the arena goes, something at the top. */
function takesJson(value: unknown): boolean {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return false;
  return isJson(value, 0, true);
}

function isJson(value: unknown, depth: number, top: boolean): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((element) => isJson(element, depth + 1, false));
  const prototype = Object.getPrototypeOf(value);
  if ((prototype === Object.prototype || prototype === null) && !('toJSON' in value)) {
    return Object.values(value).every((member) => isJson(member, depth + 1, false));
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return true;
  try {
    const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? 0 : part));
    return text !== undefined || !top;
  } catch {
    return false;
  }
}
