import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib';
import { type Hdf5Source, Hdf5Writer, type Hdf5WriterOptions } from '../../../../src/formats/hdf5/index.ts';
import { MemoryFile } from './memory-file.ts';

const COMPRESSORS = {
  deflate: (bytes: Uint8Array, level: number) => deflateSync(bytes, { level }),
  deflateBlocks: (bytes: Uint8Array, level: number) =>
    deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH }),
  inflate: (bytes: Uint8Array) => inflateSync(bytes),
};

/** A writer into memory, with Node's zlib. */
export function newWriter(options: Hdf5WriterOptions = {}): { file: MemoryFile; writer: Hdf5Writer } {
  const file = new MemoryFile();
  return { file, writer: new Hdf5Writer(file, { ...COMPRESSORS, ...options }) };
}

/** The same, which may read what it has written. */
export function readingWriter(): { file: MemoryFile; writer: Hdf5Writer } {
  const file = new MemoryFile();
  return { file, writer: new Hdf5Writer(file, { ...COMPRESSORS, readBack: file }) };
}

/** A writer that goes on with a file. */
export function continueWriter(
  file: MemoryFile,
  source: Hdf5Source = file,
  options: Hdf5WriterOptions = {},
): Hdf5Writer {
  return new Hdf5Writer(file, { ...COMPRESSORS, ...options }, source);
}
