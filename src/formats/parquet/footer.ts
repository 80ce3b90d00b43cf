import { CODEC, ENCODING, type EncodingName, PAGE, PHYSICAL } from './codes.ts';
import type { Leaf } from './leaf.ts';
import type { ChunkMeta, PlacedRowGroup } from './meta.ts';
import { schemaElements, writeSchemaElement } from './schema.ts';
import type { Statistics } from './statistics/stored.ts';
import { ThriftWriter } from './thrift.ts';

/** Where the indexes of a column chunk stand in the file. */
export interface IndexPlaces {
  readonly offsetIndex: readonly [offset: number, length: number];
  readonly columnIndex: readonly [offset: number, length: number] | null;
}

/** What the footer is made from. */
export interface FileMeta {
  readonly leaves: readonly Leaf[];
  readonly rowGroups: readonly PlacedRowGroup[];
  /** For each row group, for each column. */
  readonly indexes: readonly (readonly IndexPlaces[])[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
  readonly createdBy: string;
}

/** Writes `FileMetaData`. Source: `parquet.thrift`, where the field numbers stand. */
export function writeFooter(file: FileMeta): Uint8Array {
  const out = new ThriftWriter();
  // "Writers should always populate 1": what 2 means was never agreed on.
  out.i32(1, 1);
  out.structs(2, schemaElements(file.leaves), (element) => writeSchemaElement(out, element));
  out.i64(
    3,
    file.rowGroups.reduce((sum, group) => sum + group.rows, 0),
  );
  out.structs(4, file.rowGroups, (group, i) => writeRowGroup(out, file.leaves, group, file.indexes[i]!, i));
  if (file.metadata.length > 0) {
    out.structs(5, file.metadata, ([key, value]) => {
      out.string(1, key);
      out.string(2, value);
    });
  }
  out.string(6, file.createdBy);
  // TYPE_ORDER for all columns: readers that do not know the newer total order of floats ignore its bounds.
  out.structs(7, file.leaves, () => out.struct(1));
  return out.finish();
}

function writeRowGroup(
  out: ThriftWriter,
  leaves: readonly Leaf[],
  group: PlacedRowGroup,
  indexes: readonly IndexPlaces[],
  ordinal: number,
): void {
  let offset = group.offset;
  out.structs(1, group.columns, (chunk, i) => {
    writeColumnChunk(out, leaves[i]!, chunk, offset, indexes[i]!);
    offset += chunk.compressed;
  });
  const sum = (size: 'compressed' | 'uncompressed') =>
    group.columns.reduce((total, chunk) => total + chunk[size], 0);
  out.i64(2, sum('uncompressed'));
  out.i64(3, group.rows);
  // `sorting_columns`.
  if (group.sorted) {
    out.structs(4, [0], (column) => {
      out.i32(1, column);
      out.bool(2, false);
      out.bool(3, false);
    });
  }
  out.i64(5, group.offset);
  out.i64(6, sum('compressed'));
  // A 16-bit field, which only encryption needs.
  if (ordinal < 32_768) out.i16(7, ordinal);
}

function writeColumnChunk(
  out: ThriftWriter,
  leaf: Leaf,
  chunk: ChunkMeta,
  offset: number,
  places: IndexPlaces,
): void {
  // Deprecated: "writers should set this field to 0".
  out.i64(2, 0);
  out.struct(3, () => writeColumnMeta(out, leaf, chunk, offset));
  out.i64(4, places.offsetIndex[0]);
  out.i32(5, places.offsetIndex[1]);
  if (places.columnIndex !== null) {
    out.i64(6, places.columnIndex[0]);
    out.i32(7, places.columnIndex[1]);
  }
}

function writeColumnMeta(out: ThriftWriter, leaf: Leaf, chunk: ChunkMeta, offset: number): void {
  const dictionary = chunk.dictionarySize > 0;
  const encodings = new Set<EncodingName>([chunk.encoding, 'RLE']);
  if (dictionary) encodings.add('PLAIN');
  out.i32(1, PHYSICAL[leaf.physical]);
  out.i32s(
    2,
    [...encodings].map((name) => ENCODING[name]),
  );
  out.strings(3, leaf.path);
  out.i32(4, CODEC[chunk.codec]);
  out.i64(5, chunk.slots);
  out.i64(6, chunk.uncompressed);
  out.i64(7, chunk.compressed);
  out.i64(9, offset + chunk.dictionarySize);
  if (dictionary) out.i64(11, offset);
  out.struct(12, () => writeStatistics(out, chunk.statistics));
  const counts: [page: number, encoding: number, count: number][] = [
    [PAGE.DATA_PAGE, ENCODING[chunk.encoding], chunk.pages.length],
  ];
  if (dictionary) counts.unshift([PAGE.DICTIONARY_PAGE, ENCODING.PLAIN, 1]);
  out.structs(13, counts, ([page, encoding, count]) => {
    out.i32(1, page);
    out.i32(2, encoding);
    out.i32(3, count);
  });
}

function writeStatistics(out: ThriftWriter, { nulls, nans, min, max }: Statistics): void {
  out.i64(3, nulls);
  if (max !== undefined) out.binary(5, max.bytes);
  if (min !== undefined) out.binary(6, min.bytes);
  if (max !== undefined) out.bool(7, max.exact);
  if (min !== undefined) out.bool(8, min.exact);
  if (nans !== undefined) out.i64(9, nans);
}
