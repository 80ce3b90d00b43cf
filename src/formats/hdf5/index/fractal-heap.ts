import { ByteWriter, UNDEFINED } from '../byte-writer.ts';

/** Bytes of the IDs by which objects are known. What the library takes for links and for attributes. */
export const HEAP_ID_SIZE = { links: 7, attributes: 8 } as const;

/** Bits of the address space of managed objects, likewise. */
const HEAP_BITS = { links: 32, attributes: 40 } as const;

/** Largest managed object: smaller than any link or attribute, so that all objects are huge ones. */
const LARGEST_MANAGED = 8;

/** Bytes of a header without filters. */
export const HEAP_HEADER_SIZE = 146;

export interface HugeObjects {
  /** Address of their B-tree. */
  readonly huge: number;
  readonly count: number;
  readonly bytes: number;
}

/**
 * The header of a fractal heap of huge objects only. The measures of blocks are the library's own, for those who
 * add links later. Source: HDF5 File Format Specification Version 3.0, III.G, "Fractal Heap Header".
 */
export function writeHeapHeader(
  kind: keyof typeof HEAP_BITS,
  { huge, count, bytes }: HugeObjects,
): Uint8Array {
  return new ByteWriter(160)
    .text('FRHP')
    .u8(0)
    .u16(HEAP_ID_SIZE[kind])
    .u16(0)
    .u8(2)
    .u32(LARGEST_MANAGED)
    .u64(count + 1)
    .u64(huge)
    .u64(0)
    .u64(UNDEFINED)
    .u64(0)
    .u64(0)
    .u64(0)
    .u64(0)
    .u64(bytes)
    .u64(count)
    .u64(0)
    .u64(0)
    .u16(4)
    .u64(kind === 'links' ? 512 : 1024)
    .u64(65536)
    .u16(HEAP_BITS[kind])
    .u16(1)
    .u64(UNDEFINED)
    .u16(0)
    .checksum()
    .finish();
}
