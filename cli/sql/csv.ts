import { csvField } from '../../src/export/text/csv-field.ts';
import type { QueryRows } from '../../src/read/index.ts';

/** Lines of CSV (RFC 4180). NULL is an empty field, an empty text is `""`, and blobs are base64. */
export async function* csvLines({ columns, rows }: QueryRows): AsyncGenerator<string> {
  yield `${columns.map((name) => csvField(name)).join(',')}\r\n`;
  for await (const row of rows) yield `${row.map(field).join(',')}\r\n`;
}

function field(value: unknown): string {
  if (value === null) return '';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'string' ? csvField(value) : String(value);
}
