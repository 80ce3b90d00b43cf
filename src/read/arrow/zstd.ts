import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as arrow from 'apache-arrow';

/** Makes the library compress with zstd at a level, and read what is compressed so. */
export function registerZstd(level = 1): void {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  arrow.compressionRegistry.set(arrow.CompressionType.ZSTD, {
    encode: (bytes) => zstdCompressSync(bytes, { params }),
    decode: (bytes) => {
      // What the library hands over is the end of a buffer, before which its length stands (Message.fbs, `BodyCompression`).
      const length = new DataView(bytes.buffer, bytes.byteOffset - 8, 8).getBigInt64(0, true);
      const plain = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, Number(length)) });
      if (BigInt(plain.length) === length) return plain;
      throw new Error(`a buffer has ${plain.length} bytes, not ${length}`);
    },
  });
}
