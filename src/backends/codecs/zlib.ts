import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Codec } from '../../formats/parquet/codec.ts';

/** Codecs that Node brings along. */
type ZlibName = 'gzip' | 'brotli' | 'zstd';

/** Makes a codec of Node's zlib. The level must be one that the codec has. */
export function zlibCodec(name: ZlibName, level: number): Codec {
  const compress = COMPRESS[name];
  return { name, compress: (bytes) => exact(compress(bytes, level)) };
}

/** One output buffer that holds any result: the default one of 16 KB would be filled, copied and joined. */
function chunkSize(bytes: Uint8Array): number {
  return Math.max(1024, bytes.length + (bytes.length >> 7) + 1024);
}

const COMPRESS: Record<ZlibName, (bytes: Uint8Array, level: number) => Uint8Array> = {
  gzip: (bytes, level) => gzipSync(bytes, { level, chunkSize: chunkSize(bytes) }),
  brotli: (bytes, level) =>
    brotliCompressSync(bytes, {
      chunkSize: chunkSize(bytes),
      params: {
        [constants.BROTLI_PARAM_QUALITY]: level,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  zstd: (bytes, level) =>
    zstdCompressSync(bytes, {
      chunkSize: chunkSize(bytes),
      // With the size known, small pages get small tables.
      pledgedSrcSize: bytes.length,
      params: { [constants.ZSTD_c_compressionLevel]: level },
    }),
};

/** A result that does not hold on to a much larger buffer; no `Buffer`, whose `slice` does not copy. */
function exact(result: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = result;
  return byteLength * 2 > buffer.byteLength
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(result);
}
