import { ByteWriter } from '../byte-writer.ts';

/** Data layout messages of version 3. Source: HDF5 File Format Specification Version 3.0, IV.A.2.i. */
const VERSION = 3;

/** Data within the object header. */
export function writeCompactLayout(data: Uint8Array): Uint8Array {
  return new ByteWriter(data.length + 8).u8(VERSION).u8(0).u16(data.length).bytes(data).finish();
}

/** Data in one piece. */
export function writeContiguousLayout(address: number, size: number): Uint8Array {
  return new ByteWriter(32).u8(VERSION).u8(1).u64(address).u64(size).finish();
}

/** Data in chunks of a shape, which a version 1 B-tree at `index` finds. */
export function writeChunkedLayout(index: number, chunk: readonly number[], elementSize: number): Uint8Array {
  const out = new ByteWriter(64)
    .u8(VERSION)
    .u8(2)
    .u8(chunk.length + 1)
    .u64(index);
  for (const size of chunk) out.u32(size);
  return out.u32(elementSize).finish();
}

/** When space for data is allocated. Source: IV.A.2.f. */
const ALLOCATION = { compact: 1, contiguous: 2, chunked: 3 } as const;

/** A fill value message of version 3; without a value, elements that were never written are zero. Source: IV.A.2.f. */
export function writeFillValue(layout: keyof typeof ALLOCATION, value: Uint8Array | null): Uint8Array {
  const ifSet = 2 << 2;
  const out = new ByteWriter(32).u8(3).u8(ALLOCATION[layout] | ifSet | (value === null ? 0 : 1 << 5));
  if (value !== null) out.u32(value.length).bytes(value);
  return out.finish();
}
