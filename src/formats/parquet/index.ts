export type { Codec, CodecName } from './codec.ts';
export { ENCODING_NAMES, type EncodingName } from './codes.ts';
export type {
  Batch,
  ColumnSlice,
  NullSlice,
  NumberArray,
  NumberSlice,
  OffsetSlice,
  ParquetColumn,
  SpanSlice,
  ValueSlice,
} from './column.ts';
export { type KeyValues, ParquetWriter, type ParquetWriterOptions } from './file-writer.ts';
export { freeChunks } from './free.ts';
export { defaultEncoding, encodingsOf } from './leaf.ts';
export type { ChunkMeta, EncodedRowGroup, PlacedRowGroup } from './meta.ts';
export type { EncodingOptions } from './options.ts';
export { RowGroupEncoder } from './row-group.ts';
