import type { H5Library } from './load.ts';

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536;
/** Behind memory that the library fills: what it must leave as it is. */
const GUARD = new TextEncoder().encode('what stands here must stay as it is');

/** What TypeScript knows of it only beside the DOM. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly;

/**
 * Calls with memory of the library's, which is given back. A library that writes beyond it, as for a dataset that is not
 * of the type that its kin are, is not used again.
 */
export function withMemory<T>(h5: H5Library, bytes: number, action: (target: number) => T): T {
  const { Module } = h5;
  const target = Module._malloc(bytes + GUARD.length);
  if (target === 0) throw new Error(`there is no memory for ${bytes} bytes`);
  Module.HEAPU8.set(GUARD, target + bytes);
  try {
    return action(target);
  } finally {
    const behind = Module.HEAPU8.subarray(target + bytes, target + bytes + GUARD.length);
    if (GUARD.every((byte, i) => behind[i] === byte)) Module._free(target);
    else h5.giveUp();
  }
}

/**
 * Calls what may make WebAssembly's memory of this thread larger, which fails beyond `most` bytes; a library in C takes that
 * for memory that there is not. h5wasm has no limit of its own but 2 GB, and does not give out the memory; so it is met where
 * all of them grow, for the time of one synchronous call.
 */
export function withMemoryLimit<T>(most: number, action: () => T): T {
  const { prototype } = Memory;
  const { grow } = prototype;
  prototype.grow = function (this: Memory, pages: number): number {
    const wanted = this.buffer.byteLength + pages * PAGE;
    if (wanted > most) throw new RangeError(`${wanted} bytes of memory are more than ${most}`);
    return grow.call(this, pages);
  };
  try {
    return action();
  } finally {
    prototype.grow = grow;
  }
}
