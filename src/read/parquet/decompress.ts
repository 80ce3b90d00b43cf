import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/**
 * What undoes the codecs: Node's own where it has them, which are several times as fast. None gives out more than the
 * page's header announces.
 */
export const DECOMPRESSORS: Compressors = {
  ...compressors,
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength: atLeastOne(maxOutputLength) }),
  ZSTD: (input, maxOutputLength) =>
    zstdDecompressSync(input, { maxOutputLength: atLeastOne(maxOutputLength) }),
  BROTLI: (input, maxOutputLength) =>
    brotliDecompressSync(input, { maxOutputLength: atLeastOne(maxOutputLength) }),
};

/** A page may be empty; zlib takes no limit of 0. */
function atLeastOne(length: number): number {
  return Math.max(1, length);
}
