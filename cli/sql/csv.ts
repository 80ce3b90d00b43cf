import type { QueryRows } from '../../src/read/index.ts';

/** Lines of CSV (RFC 4180). NULL is an empty field, an empty text is `""`, and blobs are base64. */
export async function* csvLines({ columns, rows }: QueryRows): AsyncGenerator<string> {
  yield `${columns.map(quoted).join(',')}\r\n`;
  for await (const row of rows) yield `${row.map(field).join(',')}\r\n`;
}

function field(value: unknown): string {
  if (value === null) return '';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
