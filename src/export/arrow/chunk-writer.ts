import * as arrow from 'apache-arrow';
import type { Compression } from '../formats.ts';

/** What stands in place of the length where a buffer is as it was. */
const NOT_COMPRESSED = -1n;

/** A writer of Arrow files that hands out what it has written so far, instead of a stream of its own. */
export class ChunkWriter extends arrow.RecordBatchFileWriter {
  #chunks: Uint8Array[] = [];

  constructor({ name }: Compression) {
    super({ autoDestroy: true, compressionType: name === 'zstd' ? arrow.CompressionType.ZSTD : null });
  }

  /** What was written since the last call. */
  take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /**
   * Before a compressed buffer stands its length without compression (Message.fbs, `BodyCompressionMethod`); apache-arrow
   * 21.2 writes that of the compressed bytes (its pull request 470).
   */
  protected override _compressBodyBuffers(
    buffers: ArrayBufferView[],
  ): ReturnType<arrow.RecordBatchWriter['_compressBodyBuffers']> {
    const packed = super._compressBodyBuffers(buffers);
    for (const [i, { byteLength }] of buffers.entries()) {
      const head = packed.buffers[2 * i]!;
      if (head.byteLength === 0) continue;
      const length = new DataView(head.buffer, head.byteOffset, head.byteLength);
      if (length.getBigInt64(0, true) !== NOT_COMPRESSED) length.setBigInt64(0, BigInt(byteLength), true);
    }
    return packed;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (this._started && chunk.byteLength > 0) {
      this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this._position += chunk.byteLength;
    }
    return this;
  }
}
