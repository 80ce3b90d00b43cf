import type { SegmentLayout } from './layout.ts';
import { SEGMENT_ID_BASE, SEGMENT_NEXT, SEGMENT_ROWS } from './words.ts';

/** Typed views over one whole segment. */
export interface Views {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly I8: Int8Array;
  readonly U8: Uint8Array;
  readonly I16: Int16Array;
  readonly U16: Uint16Array;
  readonly I32: Int32Array;
  readonly U32: Uint32Array;
  readonly I64: BigInt64Array;
  readonly U64: BigUint64Array;
  readonly data: DataView;
}

/** A fixed-length stretch of one table's rows in shared memory. */
export interface Segment {
  readonly index: number;
  readonly buffer: SharedArrayBuffer;
  readonly views: Views;
}

export function segmentBytes(layout: SegmentLayout, arenaBytes: number): number {
  return Math.ceil((layout.arena + arenaBytes) / 8) * 8;
}

export function openSegment(index: number, buffer: SharedArrayBuffer): Segment {
  return { index, buffer, views: viewsOver(buffer, 0, buffer.byteLength) };
}

/**
 * Views over a part of a buffer.
 * @param start a multiple of eight
 * @param bytes a multiple of eight
 */
export function viewsOver(buffer: ArrayBufferLike, start: number, bytes: number): Views {
  return {
    F64: new Float64Array(buffer, start, bytes / 8),
    F32: new Float32Array(buffer, start, bytes / 4),
    I8: new Int8Array(buffer, start, bytes),
    U8: new Uint8Array(buffer, start, bytes),
    I16: new Int16Array(buffer, start, bytes / 2),
    U16: new Uint16Array(buffer, start, bytes / 2),
    I32: new Int32Array(buffer, start, bytes / 4),
    U32: new Uint32Array(buffer, start, bytes / 4),
    I64: new BigInt64Array(buffer, start, bytes / 8),
    U64: new BigUint64Array(buffer, start, bytes / 8),
    data: new DataView(buffer, start, bytes),
  };
}

/** Makes a segment ready for rows whose ids start at `idBase`. */
export function resetSegment(segment: Segment, idBase: number): void {
  segment.views.I32[SEGMENT_ROWS] = -1;
  segment.views.I32[SEGMENT_NEXT] = -1;
  segment.views.F64[SEGMENT_ID_BASE] = idBase;
}
