import type { Slice } from '../backends/commit.ts';
import { elementBytes } from '../buffer/layout.ts';
import type { ArenaBlock } from './arena-block.ts';
import { aligned, writeCount } from './format.ts';
import { IMAGE_HEADER_BYTES } from './image.ts';

/** Takes the bytes of a record, in order. */
export interface Sink {
  /** Copies `length` bytes of `source` from `start` on. */
  copy(source: Uint8Array, start: number, length: number): void;
  /** Zeros up to the next multiple of eight. */
  align(): void;
}

/** An image that is going to be written. */
export interface PlannedImage {
  readonly slice: Slice;
  readonly plan: number;
  readonly newest: number;
  readonly arena: ArenaBlock;
  /** Bytes of the whole image. */
  readonly bytes: number;
}

/** Works out the size of a slice's image. */
export function planImage(slice: Slice, plan: number, newest: number, arena: ArenaBlock): PlannedImage {
  const rows = slice.to - slice.from;
  let bytes = IMAGE_HEADER_BYTES;
  for (const { view, width, valid } of slice.layout.fields) {
    bytes += aligned(rows * (width * elementBytes(view) + (valid >= 0 ? 1 : 0)));
  }
  return { slice, plan, newest, arena, bytes: bytes + aligned(arena.bytes) };
}

const head = new Uint8Array(IMAGE_HEADER_BYTES);
const headData = new DataView(head.buffer);

/** Writes an image: whole columns at a time, nothing for each value of a number column. */
export function writeImage({ slice, plan, newest, arena, bytes }: PlannedImage, sink: Sink): void {
  const { views, from, to } = slice;
  const rows = to - from;
  headData.setUint32(0, plan, true);
  headData.setUint32(4, newest, true);
  headData.setUint32(8, rows, true);
  headData.setUint32(12, arena.base, true);
  headData.setFloat64(16, slice.firstId, true);
  writeCount(headData, 24, bytes);
  headData.setUint32(32, arena.bytes, true);
  sink.copy(head, 0, IMAGE_HEADER_BYTES);
  let pair = 0;
  for (const { view, start, width, valid, inArena } of slice.layout.fields) {
    const element = elementBytes(view);
    if (inArena && arena.pairs !== null) {
      const { buffer, byteOffset } = arena.pairs;
      sink.copy(new Uint8Array(buffer, byteOffset, arena.pairs.byteLength), pair, rows * 8);
      pair += rows * 8;
    } else {
      sink.copy(views.U8, (start + from * width) * element, rows * width * element);
    }
    if (valid >= 0) sink.copy(views.U8, valid + from, rows);
    sink.align();
  }
  sink.copy(arena.source, arena.start, arena.bytes);
  sink.align();
}
