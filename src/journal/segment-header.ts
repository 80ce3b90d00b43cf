import { crc32 } from 'node:zlib';
import * as z from 'zod';
import type { TablePlan } from '../schema/plan.ts';
import { storedPlan } from '../schema/stored-plan.ts';
import { aligned } from './format.ts';

/**
 * The start of a segment file: `simtjrnl`, u32 version, u32 bytes of JSON, u32 random number, u32 CRC-32 of these 20
 * bytes, the JSON padded with zeros to a multiple of eight, u32 CRC-32 of all that, u32 0. The JSON is a
 * {@link SegmentHeader}: a segment can be read when the ones before it are gone.
 */
export interface SegmentHeader {
  readonly runId: string;
  /** The newest plan of each table, by the number that rows name it by. */
  readonly plans: readonly NumberedPlan[];
}

export interface NumberedPlan {
  readonly number: number;
  readonly plan: TablePlan;
}

export const JOURNAL_VERSION = 1;
/** Bytes before the JSON. */
const FIXED_BYTES = 24;
const MAGIC = new TextEncoder().encode('simtjrnl');

const headerSchema = z.object({
  runId: z.string(),
  plans: z.array(z.object({ number: z.int().min(0).max(0xffffffff), plan: storedPlan })),
});

/** The bytes of a header. The checksum at their end is the seed of those of the segment's records. */
export function encodeSegmentHeader(
  header: SegmentHeader,
  random: number,
): { bytes: Uint8Array; seed: number } {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const end = FIXED_BYTES + aligned(json.length);
  const bytes = new Uint8Array(end + 8);
  const data = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  data.setUint32(8, JOURNAL_VERSION, true);
  data.setUint32(12, json.length, true);
  data.setUint32(16, random, true);
  data.setUint32(20, crc32(bytes.subarray(0, 20)), true);
  bytes.set(json, FIXED_BYTES);
  const seed = crc32(bytes.subarray(0, end));
  data.setUint32(end, seed, true);
  return { bytes, seed };
}

/** What the fixed part says of the rest: its version, and the bytes of the whole header. Null where it is none. */
export function sizeSegmentHeader(start: Uint8Array): { version: number; bytes: number } | null {
  if (start.length < FIXED_BYTES || MAGIC.some((byte, i) => start[i] !== byte)) return null;
  const data = new DataView(start.buffer, start.byteOffset, FIXED_BYTES);
  if (data.getUint32(20, true) !== crc32(start.subarray(0, 20))) return null;
  return { version: data.getUint32(8, true), bytes: FIXED_BYTES + aligned(data.getUint32(12, true)) + 8 };
}

/** Bytes to read before the size of a header is known. */
export const SEGMENT_HEADER_START: number = FIXED_BYTES;

/** Whether a whole header is what was written. */
export function segmentHeaderSeed(bytes: Uint8Array): number | null {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - 8;
  const seed = crc32(bytes.subarray(0, end));
  return data.getUint32(end, true) === seed && data.getUint32(end + 4, true) === 0 ? seed : null;
}

/** The content of a header whose checksum is right, or null where it is not as this version writes it. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | null {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(12, true);
  return parsed(headerSchema, bytes.subarray(FIXED_BYTES, FIXED_BYTES + length));
}

/** A plan as the payload of a record: JSON padded with spaces to a multiple of eight. */
export function encodePlan(plan: TablePlan): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(plan));
  const bytes = new Uint8Array(aligned(json.length)).fill(0x20);
  bytes.set(json);
  return bytes;
}

export function decodePlan(bytes: Uint8Array): TablePlan | null {
  return parsed(storedPlan, bytes);
}

function parsed<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | null {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  return schema.safeParse(json).data ?? null;
}
