/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536;

/** What TypeScript knows of it only beside the DOM. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly;

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
