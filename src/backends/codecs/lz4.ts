import { compress } from 'lz4-wasm-nodejs';
import type { Codec } from '../../formats/parquet/codec.ts';

/** Bytes that the library puts before the block: its uncompressed length. */
const LENGTH_BYTES = 4;

/** LZ4 blocks without a length or frame around them, which Compression.md calls LZ4_RAW. */
export const codec: Codec = {
  name: 'lz4_raw',
  compress: (bytes) => compress(bytes).subarray(LENGTH_BYTES),
};
