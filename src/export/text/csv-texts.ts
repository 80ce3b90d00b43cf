import type { ColumnData } from '../../read/reader.ts';
import { isNullAt } from '../../read/validity.ts';
import { csvField } from './csv-field.ts';
import { arrayJson } from './json-texts.ts';
import { base64, floatText, instantText } from './values.ts';

/**
 * The values of rows `from` to `to` of a column as fields of CSV. NaN is `NaN`, infinities are `inf` and `-inf`, as pandas, DuckDB and polars
 * read them; an instant is ISO 8601; bytes are base64; arrays and JSON are JSON text.
 *
 * @param special what has to stand in quotes
 */
export function csvTexts(
  data: ColumnData,
  from: number,
  to: number,
  special: RegExp,
  nulls: string,
): string[] {
  const { values } = data;
  const text = textOf(data, (value) =>
    value === nulls && nulls !== '' ? `"${value}"` : csvField(value, special),
  );
  const texts = new Array<string>(to - from);
  const mayBeNull = data.nulls > 0;
  for (let row = from; row < to; row++) {
    texts[row - from] = mayBeNull && isNullAt(data, row) ? nulls : text(values[row]);
  }
  return texts;
}

function textOf({ column }: ColumnData, field: (value: string) => string): (value: unknown) => string {
  switch (column.kind) {
    case 'f64':
    case 'f32':
      return (value) => floatCsv(value as number);
    case 'utf8':
    case 'enum':
    case 'json':
      return (value) => field(value as string);
    case 'timestamp':
      return (value) => instantText(value as bigint);
    case 'bytes':
      return (value) => field(base64(value as Uint8Array));
    case 'array':
      return (value) => field(arrayJson(column.element!, value as ArrayLike<number | bigint>));
    default:
      return String;
  }
}

function floatCsv(value: number): string {
  if (Number.isFinite(value)) return floatText(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf';
}
