import type { Slice } from '../../backends/commit.ts';
import { type Field, isInArena } from '../../buffer/layout.ts';
import { type Views, viewsOver } from '../../buffer/segment.ts';
import { aligned } from '../../journal/format.ts';
import { imageLayout } from '../../journal/image.ts';
import type { ColumnData, TableBatch } from '../../read/reader.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { elementArray, labelCodes } from '../files/numbers.ts';
import { validBytes } from '../take-rows.ts';
import { Arena } from './arena.ts';

/** What is added to row ids, by table: where two runs of one file would have the same. */
export type IdOffsets = ReadonlyMap<string, number>;

/**
 * The rows of a batch as backends take them: an image of a segment, as the journal has it, and a slice for each stretch
 * of consecutive ids.
 */
export function slicesOf(plan: TablePlan, batch: TableBatch, offsets: IdOffsets): Slice[] {
  const columns = imageLayout(plan.columns, batch.rows);
  const arena = new Arena(columns.arena);
  const spans = plan.columns.map((column) =>
    isInArena(column) && column.kind !== 'json' ? arena.add(batch.columns[column.name]!) : null,
  );
  const layout = { ...columns, arenaBytes: arena.bytes };
  const image = new Uint8Array(layout.arena + aligned(arena.bytes));
  image.set(arena.content, layout.arena);
  const views = viewsOver(image.buffer, 0, image.length);
  const jsonTexts: string[] = [];
  for (const [c, column] of plan.columns.entries()) {
    const field = layout.fields[c]!;
    const data = batch.columns[column.name]!;
    if (field.valid >= 0) views.U8.set(validBytes(data), field.valid);
    const pairs = column.kind === 'json' ? jsonSpans(data, jsonTexts) : spans[c];
    if (pairs) views.U32.set(pairs, field.start);
    else writeValues(column, data, field, views, offsets);
  }
  const slice = { plan, layout, views, jsonText: (at: number) => jsonTexts[at]! };
  return stretches(plan, batch, offsets).map((stretch) => ({ ...slice, ...stretch }));
}

/**
 * Backends get JSON by `jsonText` alone: what stands in the rows is which of the texts it is, and its length in bytes.
 * @param texts gets the column's
 */
function jsonSpans({ values }: ColumnData, texts: string[]): Uint32Array {
  const spans = new Uint32Array(2 * values.length);
  for (let row = 0; row < values.length; row++) {
    const text = values[row] as string | null;
    if (text === null) continue;
    spans[2 * row] = texts.push(text) - 1;
    spans[2 * row + 1] = Buffer.byteLength(text);
  }
  return spans;
}

function writeValues(
  column: StoredColumn,
  { values }: ColumnData,
  { view, start }: Field,
  views: Views,
  offsets: IdOffsets,
): void {
  const target = views[view] as Float64Array;
  switch (column.kind) {
    case 'bool':
      for (let row = 0; row < values.length; row++) target[start + row] = values[row] === true ? 1 : 0;
      return;
    case 'enum':
      target.set(labelCodes(column, values as readonly (string | null)[]), start);
      return;
    case 'array':
      target.set(elementArray(column, values as never) as Float64Array, start);
      return;
    default:
      target.set(values as Float64Array, start);
  }
  const offset = offsets.get(column.references?.table ?? '') ?? 0;
  if (column.kind === 'ref' && offset !== 0) {
    for (let row = 0; row < values.length; row++) target[start + row]! += offset;
  }
}

/** Stretches of rows whose ids follow one another. */
function stretches(
  plan: TablePlan,
  batch: TableBatch,
  offsets: IdOffsets,
): { from: number; to: number; firstId: number }[] {
  if (plan.id === null) return batch.rows === 0 ? [] : [{ from: 0, to: batch.rows, firstId: 1 }];
  const ids = batch.columns[plan.id]!.values as Float64Array;
  const offset = offsets.get(plan.name) ?? 0;
  const found: { from: number; to: number; firstId: number }[] = [];
  for (let row = 0; row < batch.rows; row++) {
    const last = found.at(-1);
    if (last !== undefined && ids[row] === ids[row - 1]! + 1) last.to = row + 1;
    else found.push({ from: row, to: row + 1, firstId: ids[row]! + offset });
  }
  return found;
}
