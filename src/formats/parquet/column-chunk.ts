import { boundsOf } from './bounds-of.ts';
import type { ColumnSlice } from './column.ts';
import { encodePlainBytes } from './encodings/plain.ts';
import type { Leaf } from './leaf.ts';
import { writeLevels } from './levels.ts';
import type { ChunkMeta, PageLocation } from './meta.ts';
import type { Settings } from './options.ts';
import { columnIndex, type PageSummary } from './page-index.ts';
import { type PageRange, planPages } from './page-plan.ts';
import { PageWriter } from './page-writer.ts';
import { type Bounds, mergeBounds, NO_BOUNDS } from './statistics/bounds.ts';
import { storeBounds } from './statistics/stored.ts';
import { type ValueEncoder, valueEncoder } from './value-encoder.ts';
import { gatherValues } from './values/gather.ts';
import { gatherValidity, type Validity } from './values/validity.ts';

/** Encodes one column of a row group, and appends its pages to `chunks`. */
export function encodeColumnChunk(
  leaf: Leaf,
  rows: number,
  slices: readonly ColumnSlice[],
  settings: Settings,
  chunks: Uint8Array[],
): ChunkMeta {
  const validity = gatherValidity(leaf, rows, slices);
  const encoder = valueEncoder(leaf, gatherValues(leaf, slices, validity), settings.dictionaryBytes);
  const limits = { bytes: settings.pageBytes, rows: settings.pageRows };
  const boundsFor = settings.bounds ? boundsOf(leaf, encoder) : () => NO_BOUNDS;
  const writer = new PageWriter(settings, chunks);
  const dictionarySize = writeDictionary(encoder, writer);

  const pages: PageLocation[] = [];
  const summaries: PageSummary[] = [];
  let bounds: Bounds = NO_BOUNDS;
  for (const range of planPages(leaf, validity, encoder.values, encoder.dictionary, limits)) {
    const offset = writer.compressed;
    // Bounds first: they bring the values into the cache for the encoder.
    const pageBounds = boundsFor(range.from, range.to);
    const size = writeDataPage(leaf, validity, encoder, range, writer);
    pages.push({ offset, size, firstRow: range.fromRow });
    const nulls = range.toRow - range.fromRow - range.present;
    summaries.push({ bounds: pageBounds, nulls, slots: slotsOf(leaf, range) });
    bounds = mergeBounds(bounds, pageBounds);
  }
  const statistics = storeBounds(leaf, bounds, rows - validity.present);
  return {
    codec: settings.codec?.name ?? 'none',
    encoding: encoder.encoding,
    slots: summaries.reduce((sum, page) => sum + page.slots, 0),
    compressed: writer.compressed,
    uncompressed: writer.uncompressed,
    dictionarySize,
    pages,
    statistics,
    index: settings.bounds ? columnIndex(leaf, summaries, statistics) : null,
  };
}

/** What a page has levels for: each element of a list, and each null. */
function slotsOf(leaf: Leaf, { fromRow, toRow, present }: PageRange): number {
  return toRow - fromRow + present * (leaf.perRow - 1);
}

function writeDictionary({ dictionary }: ValueEncoder, writer: PageWriter): number {
  if (dictionary === null) return 0;
  const { entries } = dictionary;
  const size = entries.data.length + 4 * entries.count;
  return writer.dictionary(entries.count, size, (out) => encodePlainBytes(entries, 0, entries.count, out));
}

function writeDataPage(
  leaf: Leaf,
  validity: Validity,
  encoder: ValueEncoder,
  range: PageRange,
  writer: PageWriter,
): number {
  const { fromRow, toRow, from, to, present } = range;
  const { values } = encoder;
  const valueBytes = values.form === 'words' ? (to - from) * values.wordsEach * 4 : 64;
  const size = valueBytes + (leaf.nullable || leaf.list ? 64 : 0);
  return writer.data(slotsOf(leaf, range), encoder.encoding, size, (out) => {
    writeLevels(leaf, validity, fromRow, toRow, present, out);
    encoder.write(from, to, out);
  });
}
