import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { SimtapeError } from '../errors.ts';
import type { Codec } from '../formats/parquet/codec.ts';

/** Codecs that Node brings along. */
export type NodeCodecName = 'gzip' | 'brotli' | 'zstd';

/** Lowest, highest and default levels. The default is the fastest that compresses trajectories well. */
const LEVELS: Record<NodeCodecName, readonly [number, number, number]> = {
  gzip: [1, 9, 1],
  brotli: [0, 11, 1],
  zstd: [1, 22, 1],
};

/** Makes a codec of Node's zlib. Throws `InvalidConfig` for a level that the codec has not. */
export function nodeCodec(name: NodeCodecName, level: number = LEVELS[name][2]): Codec {
  const [lowest, highest] = LEVELS[name];
  if (!Number.isInteger(level) || level < lowest || level > highest) {
    throw new SimtapeError(
      'InvalidConfig',
      `the level of ${name} is ${level}, but must be an integer from ${lowest} to ${highest}`,
      { key: 'level', value: level },
    );
  }
  return { name, compress: (bytes) => exact(COMPRESS[name](bytes, level)) };
}

/** One output buffer that holds any result: the default one of 16 KB would be filled, copied and joined. */
function chunkSize(bytes: Uint8Array): number {
  return Math.max(1024, bytes.length + (bytes.length >> 7) + 1024);
}

const COMPRESS: Record<NodeCodecName, (bytes: Uint8Array, level: number) => Uint8Array> = {
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

/** A result that does not hold on to a much larger buffer. */
function exact(result: Uint8Array): Uint8Array {
  return result.byteLength * 2 > result.buffer.byteLength ? result : new Uint8Array(result);
}
