import { compressSync } from 'snappy';
import type { Codec } from '../../formats/parquet/codec.ts';

/** Raw snappy, without the framing format, as Compression.md asks for. */
export const codec: Codec = {
  name: 'snappy',
  // A copy lies in memory that the engine counts; otherwise it would be freed late, when a finalizer runs.
  compress(bytes) {
    const { buffer, byteOffset, byteLength } = compressSync(bytes, { copyOutputData: true });
    return new Uint8Array(buffer, byteOffset, byteLength);
  },
};
