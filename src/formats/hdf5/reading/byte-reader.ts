import { SimtapeError } from '../../../errors.ts';
import { UNDEFINED } from '../byte-writer.ts';
import { lookup3 } from '../lookup3.ts';
import type { Hdf5Source } from '../sink.ts';

/** Little-endian bytes, read from the front: the counterpart of `ByteWriter`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  u8(): number {
    return this.#view.getUint8(this.#pass(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#pass(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#pass(4), true);
  }

  /** An address, a length or a count; {@link UNDEFINED} for the undefined address. */
  u64(): number {
    const [low, high] = [this.u32(), this.u32()];
    return low === 0xffffffff && high === 0xffffffff ? UNDEFINED : low + high * 2 ** 32;
  }

  uint(size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value += this.u8() * 2 ** (8 * i);
    return value;
  }

  bytes(length: number): Uint8Array {
    const start = this.#pass(length);
    return this.#bytes.slice(start, this.at);
  }

  skip(length: number): this {
    this.#pass(length);
    return this;
  }

  /** @returns where the bytes are that are passed. */
  #pass(length: number): number {
    const start = this.at;
    if (start + length > this.#bytes.length) return damaged('a structure ends early');
    this.at += length;
    return start;
  }
}

/** Reads bytes that the file says to be there. */
export function readBytes(source: Hdf5Source, address: number, size: number): Uint8Array {
  if (address < 0 || address + size > source.size)
    return damaged(`nothing of ${size} bytes stands at ${address}`);
  return source.read(address, size);
}

/** Reads a structure of ours by its signature. */
export function readStructure(
  source: Hdf5Source,
  address: number,
  size: number,
  signature: string,
): ByteReader {
  const bytes = readBytes(source, address, size);
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== signature)
    damaged(`no ${signature} stands at ${address}`);
  return new ByteReader(bytes).skip(4);
}

/** Verifies the checksum behind the first `length` bytes of a structure. */
export function verify(source: Hdf5Source, address: number, length: number): void {
  const bytes = readBytes(source, address, length + 4);
  const found = new ByteReader(bytes.subarray(length)).u32();
  if (found !== lookup3(bytes.subarray(0, length)))
    damaged(`the checksum of what stands at ${address} is wrong`);
}

/** @throws `NotARecording` */
export function damaged(why: string): never {
  const message = `the HDF5 file is damaged, or was not written by simtape: ${why}`;
  throw new SimtapeError('NotARecording', message, { path: '' });
}
