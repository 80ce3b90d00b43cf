import type { TableBatch } from '../../read/reader.ts';

/** Rows whose values are texts at once: those of a whole batch would take some ten times its memory. */
const ROWS = 4096;

/** A batch as text, some rows at a time. */
export function inParts(
  batch: TableBatch,
  textOf: (batch: TableBatch, from: number, to: number) => string,
): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < batch.rows; from += ROWS) {
    parts.push(Buffer.from(textOf(batch, from, Math.min(batch.rows, from + ROWS))));
  }
  return parts;
}
