import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib';
import type { Compressors } from '../../formats/hdf5/index.ts';

const LEAST = 512;

/** Node's zlib, which is native, for the HDF5 writer. */
export const COMPRESSORS: Compressors = {
  // Below this, the time for it is worth more than the bytes. What is not made smaller is stored as it is.
  deflate: (bytes, level) => (bytes.length < LEAST ? bytes : deflateSync(bytes, { level })),
  deflateBlocks: (bytes, level) => deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH }),
  inflate: (bytes) => inflateSync(bytes),
};
