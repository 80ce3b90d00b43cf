import type { CODEC } from './codes.ts';

/** Codecs that Parquet readers have; `none` is the absence of one. */
export type CodecName = Exclude<keyof typeof CODEC, 'none'>;

/**
 * Compresses the body of a page. What it returns must not change afterwards; what it is given may.
 * Formats of the output: parquet-format, Compression.md (`gzip` is RFC 1952, `lz4_raw` the LZ4 block format).
 */
export interface Codec {
  readonly name: CodecName;
  compress(bytes: Uint8Array): Uint8Array;
}
