import { ByteBuffer } from '../../../src/formats/parquet/byte-buffer.ts';

/** What `write` appends, in hexadecimal with spaces. */
export function hexOf(write: (out: ByteBuffer) => void): string {
  return hex(encoded(write));
}

export function encoded(write: (out: ByteBuffer) => void): Uint8Array {
  const out = new ByteBuffer(4);
  write(out);
  return out.view();
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** What hyparquet's decoders read from. */
export function readerOf(bytes: Uint8Array): { view: DataView; offset: number } {
  const copy = bytes.slice();
  return { view: new DataView(copy.buffer), offset: 0 };
}
