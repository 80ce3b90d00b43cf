import { ByteWriter } from './byte-writer.ts';
import { MESSAGE, writeObjectHeader } from './messages/object-header.ts';
import { ByteReader, damaged } from './reading/byte-reader.ts';
import type { Hdf5Source } from './sink.ts';

/** `\x89HDF\r\n\x1a\n`. */
const SIGNATURE = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);

/** Bytes of the superblock, which stands at offset 0: within one sector. */
export const SUPERBLOCK_SIZE = 48;

/**
 * Half of the children of a node of a chunk index. The library's default of 32 makes every dataset begin with a
 * node of 2 KB, more than most columns of an episode fill.
 */
export const CHUNK_K = 4;

export interface Superblock {
  readonly extension: number;
  /** First byte behind the file's last. */
  readonly end: number;
  /** Address of the root group's object header. */
  readonly root: number;
}

/** Source: HDF5 File Format Specification Version 3.0, II.A, "Superblock (Versions 2 and 3)". */
export function writeSuperblock({ extension, end, root }: Superblock): Uint8Array {
  return new ByteWriter(SUPERBLOCK_SIZE)
    .bytes(SIGNATURE)
    .u8(2)
    .u8(8)
    .u8(8)
    .u8(0)
    .u64(0)
    .u64(extension)
    .u64(end)
    .u64(root)
    .checksum()
    .finish();
}

/** The superblock extension with the sizes of version 1 B-trees. Source: II.C; IV.A.2.t, "B-tree 'K' Values". */
export function writeExtension(): Uint8Array {
  const data = new ByteWriter().u8(0).u16(CHUNK_K).u16(16).u16(4).finish();
  return writeObjectHeader([{ type: MESSAGE.btreeK, data }]);
}

/** Reads the superblock of a file as {@link writeSuperblock} makes it. @throws `NotARecording` */
export function readSuperblock(source: Hdf5Source): Superblock {
  if (source.size < SUPERBLOCK_SIZE) damaged('it has no superblock');
  const bytes = source.read(0, SUPERBLOCK_SIZE);
  const body = new ByteReader(bytes).skip(20);
  const found = { extension: body.u64(), end: body.u64(), root: body.u64() };
  const same = writeSuperblock(found);
  if (same.some((byte, i) => byte !== bytes[i]))
    damaged('its superblock is another one, or its checksum is wrong');
  if (found.end > source.size) damaged(`it has ${source.size} bytes, but its superblock says ${found.end}`);
  return found;
}
