import type { Slice, TableRows } from '../backends/commit.ts';
import { JsonReader } from '../backends/json-text.ts';
import type { Field, SegmentLayout } from '../buffer/layout.ts';
import { type Views, viewsOver } from '../buffer/segment.ts';
import { TAG_RAW } from '../buffer/tags.ts';
import type { StoredColumn, TablePlan } from '../schema/plan.ts';
import { aligned, readCount } from './format.ts';
import { IMAGE_HEADER_BYTES, imageLayout } from './image.ts';

/** Why a record whose checksum is right cannot be read. */
export class BadRecord extends Error {}

/**
 * Rows of a record, as slices over its payload. Everything that a reader of the slices relies on is checked: sizes,
 * offsets of texts, codes of labels.
 *
 * @param payload stands on a multiple of eight bytes of its buffer, and is changed: offsets of texts become those in it
 * @param plans plans that are known, by number
 * @throws `BadRecord`
 */
export function decodeRows(payload: Uint8Array, plans: ReadonlyMap<number, TablePlan>): TableRows[] {
  const tables: { plan: TablePlan; rows: number; slices: Slice[] }[] = [];
  for (let at = 0; at < payload.length; ) {
    const { slice, newest, bytes } = decodeImage(payload.subarray(at), plans);
    at += bytes;
    let table = tables.at(-1);
    if (table?.plan.name !== newest.name) {
      table = { plan: newest, rows: 0, slices: [] };
      tables.push(table);
    }
    table.plan = newest;
    table.rows += slice.to - slice.from;
    table.slices.push(slice);
  }
  return tables;
}

interface Image {
  readonly slice: Slice;
  readonly newest: TablePlan;
  readonly bytes: number;
}

function decodeImage(rest: Uint8Array, plans: ReadonlyMap<number, TablePlan>): Image {
  if (rest.length < IMAGE_HEADER_BYTES) throw new BadRecord('rows end in the middle of their header');
  const data = new DataView(rest.buffer, rest.byteOffset, IMAGE_HEADER_BYTES);
  const plan = plans.get(data.getUint32(0, true));
  const newest = plans.get(data.getUint32(4, true));
  if (plan === undefined || newest === undefined) throw new BadRecord('the plan of a table is missing');
  if (plan.name !== newest.name) throw new BadRecord(`rows of ${plan.name} name a plan of ${newest.name}`);
  const rows = data.getUint32(8, true);
  const arenaBytes = data.getUint32(32, true);
  const layout = { ...imageLayout(plan.columns, rows), arenaBytes };
  const bytes = readCount(data, 24);
  if (bytes > rest.length || bytes !== layout.arena + aligned(arenaBytes)) {
    throw new BadRecord(`${rows} rows of ${plan.name} cannot take ${bytes} bytes`);
  }
  const firstId = data.getFloat64(16, true);
  if (plan.id !== null && !(Number.isSafeInteger(firstId) && firstId >= 0)) {
    throw new BadRecord(`ids of ${plan.name} start at ${firstId}`);
  }
  const views = viewsOver(rest.buffer, rest.byteOffset, bytes);
  const base = data.getUint32(12, true);
  for (const [i, column] of plan.columns.entries())
    checkColumn(column, layout, layout.fields[i]!, views, base);
  const json = new JsonReader();
  const jsonText = (at: number) => json.read(views, at);
  return { slice: { plan, layout, views, from: 0, to: rows, firstId, jsonText }, newest, bytes };
}

function checkColumn(
  column: StoredColumn,
  layout: SegmentLayout,
  field: Field,
  views: Views,
  base: number,
): void {
  const { rows } = layout;
  if (field.valid >= 0) {
    for (let row = 0; row < rows; row++) {
      if (views.U8[field.valid + row]! > 1) throw new BadRecord(`${column.name} is neither null nor not`);
    }
  }
  if (field.inArena) moveTexts(column, layout, field, views, base);
  if (column.kind === 'enum') {
    const codes = views[field.view as 'U8' | 'U16'];
    const labels = column.labels!.length;
    for (let row = 0; row < rows; row++) {
      if (codes[field.start + row]! >= labels && isValid(field, views, row)) {
        throw new BadRecord(`${column.name} has no label ${codes[field.start + row]}`);
      }
    }
  }
}

/** Turns offsets of the segment that was recorded into those of the image. */
function moveTexts(
  column: StoredColumn,
  layout: SegmentLayout,
  field: Field,
  views: Views,
  base: number,
): void {
  const { U32, U8, data } = views;
  for (let row = 0; row < layout.rows; row++) {
    const pair = field.start + 2 * row;
    if (!isValid(field, views, row)) {
      U32[pair] = layout.arena;
      U32[pair + 1] = 0;
      continue;
    }
    const offset = U32[pair]! - base;
    const length = U32[pair + 1]!;
    if (offset < 0 || offset + length > layout.arenaBytes) {
      throw new BadRecord(`a value of ${column.name} stands outside of its rows`);
    }
    const at = layout.arena + offset;
    if (
      column.kind === 'json' &&
      (length < 5 || U8[at] !== TAG_RAW || data.getUint32(at + 1, true) !== length - 5)
    ) {
      throw new BadRecord(`a value of ${column.name} is no JSON`);
    }
    U32[pair] = at;
  }
}

function isValid(field: Field, views: Views, row: number): boolean {
  return field.valid < 0 || views.U8[field.valid + row] === 1;
}
