import { array, f64, ref } from '../../../src/schema/columns.ts';
import { defineTable } from '../../../src/schema/table.ts';
import type { TableSchema } from '../../../src/schema/types.ts';
import type { FakeWriter } from '../../support/fake-writer.ts';

/** A thousand bytes a row, so that memory is soon full. */
export const body: TableSchema = defineTable('body', { n: f64(), state: array('f64', 128) });
export const contact: TableSchema = defineTable('contact', {
  n: f64(),
  body_id: ref(body),
  state: array('f64', 128),
});
export const place: TableSchema = defineTable(
  'place',
  { n: f64(), state: array('f64', 128) },
  { static: true },
);
/** So small that it always finds room. */
export const pin: TableSchema = defineTable('pin', { n: f64() }, { static: true });
export const state: Float64Array = new Float64Array(128);
export const LIMIT: number = 512 * 1024;
export const MANY = 4000;

/** Numbers of the rows of a table that were written. */
export function numbers(writer: FakeWriter, table: string): unknown[] {
  return writer.backend.rows(table).map(({ n }) => n);
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
