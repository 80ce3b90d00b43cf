import type { ColumnData } from '../../read/reader.ts';
import { isNullAt } from '../../read/validity.ts';
import type { ElementKind } from '../../schema/types.ts';
import { base64, floatText, instantText } from './values.ts';

/**
 * The values of rows `from` to `to` of a column as JSON. NaN is null; infinities are 1e999 and -1e999, numbers that are valid JSON and that
 * readers round to infinity; 64-bit integers are numbers with all their digits; an instant is ISO 8601; bytes are base64.
 */
export function jsonTexts(data: ColumnData, from: number, to: number): string[] {
  const { values } = data;
  const text = textOf(data);
  const texts = new Array<string>(to - from);
  const mayBeNull = data.nulls > 0;
  for (let row = from; row < to; row++) {
    texts[row - from] = mayBeNull && isNullAt(data, row) ? 'null' : text(values[row]);
  }
  return texts;
}

function textOf({ column }: ColumnData): (value: unknown) => string {
  switch (column.kind) {
    case 'f64':
    case 'f32':
      return floatJson as (value: unknown) => string;
    case 'utf8':
    case 'enum':
      return JSON.stringify;
    case 'timestamp':
      return (value) => `"${instantText(value as bigint)}"`;
    case 'bytes':
      return (value) => `"${base64(value as Uint8Array)}"`;
    case 'array':
      return (value) => arrayJson(column.element!, value as ArrayLike<number | bigint>);
    default:
      // Integers, booleans, and JSON, which stands as it is.
      return String;
  }
}

function floatJson(value: number): string {
  if (Number.isFinite(value)) return floatText(value);
  return Number.isNaN(value) ? 'null' : value > 0 ? '1e999' : '-1e999';
}

/** An array as JSON; booleans as true and false. */
export function arrayJson(element: ElementKind, values: ArrayLike<number | bigint>): string {
  const text: (value: never) => string =
    element === 'bool'
      ? (value) => (value === 0 ? 'false' : 'true')
      : element.startsWith('f')
        ? floatJson
        : String;
  return `[${Array.from(values, (value) => text(value as never)).join(',')}]`;
}
