import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as arrow from 'apache-arrow';

/** Makes the library compress with zstd at a level, and read what is compressed so. */
export function registerZstd(level = 1): void {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  arrow.compressionRegistry.set(arrow.CompressionType.ZSTD, {
    encode: (bytes) => zstdCompressSync(bytes, { params }),
    decode: (bytes) => zstdDecompressSync(bytes),
  });
}
