/** Smaller chunks are left to the garbage collector; some of them are constants. */
const LARGE = 2 ** 16;

/**
 * Gives back the memory of chunks that have been written: large ones are empty afterwards. Otherwise it waits for the
 * garbage collector, which runs the more often the more of it waits.
 */
export function freeChunks(chunks: readonly Uint8Array[]): void {
  for (const { buffer, byteLength } of chunks) {
    const own = buffer instanceof ArrayBuffer && byteLength * 2 > buffer.byteLength;
    if (byteLength >= LARGE && own) buffer.transfer(0);
  }
}
