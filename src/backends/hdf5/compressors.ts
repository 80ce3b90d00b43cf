import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib';
import type { Compressors } from '../../formats/hdf5/index.ts';

/** Node's zlib, which is native, for the HDF5 writer. */
export const COMPRESSORS: Compressors = {
  deflate: (bytes, level) => deflateSync(bytes, { level }),
  deflateBlocks: (bytes, level) => deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH }),
  inflate: (bytes) => inflateSync(bytes),
};
