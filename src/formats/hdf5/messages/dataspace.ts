import { ByteWriter, UNDEFINED } from '../byte-writer.ts';

/** A size that may grow without end, in `maxShape`. */
export const UNLIMITED = null;

/** A dataspace message of version 2. Source: HDF5 File Format Specification Version 3.0, IV.A.2.b. */
export function writeDataspace(
  shape: readonly number[],
  maxShape: readonly (number | typeof UNLIMITED)[] | null = null,
): Uint8Array {
  const out = new ByteWriter(64)
    .u8(2)
    .u8(shape.length)
    .u8(maxShape === null ? 0 : 1)
    .u8(shape.length === 0 ? 0 : 1);
  for (const size of shape) out.u64(size);
  for (const size of maxShape ?? []) out.u64(size ?? UNDEFINED);
  return out.finish();
}
