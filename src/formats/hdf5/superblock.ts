import { ByteWriter, UNDEFINED } from './byte-writer.ts';
import { MESSAGE, writeObjectHeader } from './messages/object-header.ts';

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

/** The superblock of a file of ours, or null. */
export function readSuperblock(bytes: Uint8Array): Superblock | null {
  if (bytes.length < SUPERBLOCK_SIZE) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SUPERBLOCK_SIZE);
  const address = (at: number) => {
    const value = Number(view.getBigUint64(at, true));
    return value >= 2 ** 53 ? UNDEFINED : value;
  };
  const found = { extension: address(20), end: address(28), root: address(36) };
  const same = writeSuperblock(found);
  return same.every((byte, i) => byte === bytes[i]) ? found : null;
}
