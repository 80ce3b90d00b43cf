/** Numbers that stand for names in a file. Source: parquet-format, `parquet.thrift`, the enums named below. */

/** `enum Type`. */
export const PHYSICAL = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
} as const;
export type PhysicalType = keyof typeof PHYSICAL;

/** `enum Encoding`, those that are written. */
export const ENCODING = {
  PLAIN: 0,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;
export type EncodingName = keyof typeof ENCODING;
export const ENCODING_NAMES: readonly EncodingName[] = Object.keys(ENCODING) as EncodingName[];

/** `enum CompressionCodec`, without the deprecated ones. */
export const CODEC = { none: 0, snappy: 1, gzip: 2, brotli: 4, zstd: 6, lz4_raw: 7 } as const;

/** `enum ConvertedType`, those that a stored kind has. */
export const CONVERTED = {
  UTF8: 0,
  LIST: 3,
  UINT_8: 11,
  UINT_16: 12,
  UINT_32: 13,
  UINT_64: 14,
  INT_8: 15,
  INT_16: 16,
  INT_32: 17,
  INT_64: 18,
  JSON: 19,
} as const;
export type ConvertedType = keyof typeof CONVERTED;

/** `enum FieldRepetitionType`. */
export const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;

/** `enum PageType`, those that are written. */
export const PAGE = { DATA_PAGE: 0, DICTIONARY_PAGE: 2 } as const;

/** `enum BoundaryOrder`. */
export const BOUNDARY = { UNORDERED: 0, ASCENDING: 1, DESCENDING: 2 } as const;
