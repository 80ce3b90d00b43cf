import { SimtapeError } from '../../../errors.ts';
import { describeFilters, type Filters, refuseFilters, writeFilters } from '../messages/filters.ts';
import { fletcher32 } from './fletcher32.ts';
import { compressLzf, decompressLzf } from './lzf.ts';
import { type DeflateBlocks, deflatePlanes } from './planes.ts';
import { shuffle, unshuffle } from './shuffle.ts';

/** Compressors that are handed in, so that the format depends on none. Format: zlib, RFC 1950. */
export interface Compressors {
  /** What it returns must not change before the next call. */
  readonly deflate?: ((bytes: Uint8Array, level: number) => Uint8Array) | undefined;
  /**
   * Raw deflate (RFC 1951) that ends on a byte boundary without a final block, as zlib makes with `Z_SYNC_FLUSH`.
   * With it, shuffled data that are partly noise take a third of the time; see {@link deflatePlanes}.
   */
  readonly deflateBlocks?: DeflateBlocks | undefined;
  /** Needed only to go on with a file that has deflated chunks. */
  readonly inflate?: ((bytes: Uint8Array) => Uint8Array) | undefined;
}

/** A chunk as it is stored. Valid until the next chunk. */
export interface FilteredChunk {
  readonly bytes: Uint8Array;
  /** Bit i is set where filter i was left out. */
  readonly mask: number;
}

/** Kept between chunks of all datasets: what stands there is copied or written before the next chunk. */
let shuffled = new Uint8Array(0);
let compressed = new Uint8Array(0);

/** The filters of one dataset, applied to chunks. Source: HDF5 File Format Specification Version 3.0, IV.A.2.l. */
export class Pipeline {
  readonly #filters: Filters;
  readonly #elementSize: number;
  readonly #compressors: Compressors;

  /** @throws `InvalidConfig` for filters that cannot be. */
  constructor(filters: Filters, elementSize: number, compressors: Compressors) {
    refuseFilters(filters);
    const { compression } = filters;
    if (typeof compression === 'object' && compressors.deflate === undefined) {
      const message = "deflate needs a function that compresses, such as Node's deflateSync: pass `deflate`";
      throw new SimtapeError('InvalidConfig', message, { key: 'deflate', value: undefined });
    }
    // Single bytes have nothing to be shuffled.
    this.#filters = elementSize === 1 ? { ...filters, shuffle: false } : filters;
    this.#elementSize = elementSize;
    this.#compressors = compressors;
  }

  /** The message that describes the filters; null where there are none. */
  message(chunkBytes: number): Uint8Array | null {
    const described = describeFilters(this.#filters, this.#elementSize, chunkBytes);
    return described.length === 0 ? null : writeFilters(described);
  }

  apply(chunk: Uint8Array): FilteredChunk {
    const { shuffle: shuffles, compression, fletcher32: checks } = this.#filters;
    let bytes = chunk;
    let mask = 0;
    let position = 0;
    if (shuffles === true) {
      if (shuffled.length < chunk.length) shuffled = new Uint8Array(chunk.length);
      shuffle(bytes, this.#elementSize, shuffled);
      bytes = shuffled.subarray(0, chunk.length);
      position++;
    }
    if (compression !== undefined) {
      const smaller = this.#compress(bytes);
      if (smaller === null) mask |= 1 << position;
      else bytes = smaller;
    }
    return { bytes: checks === true ? withChecksum(bytes) : bytes, mask };
  }

  /** Undoes {@link apply}; the checksum is not looked at. */
  undo(stored: Uint8Array, mask: number, length: number): Uint8Array {
    const { shuffle: shuffles, compression, fletcher32: checks } = this.#filters;
    let bytes = checks === true ? stored.subarray(0, stored.length - 4) : stored;
    const position = shuffles === true ? 1 : 0;
    if (compression !== undefined && ((mask >> position) & 1) === 0) bytes = this.#decompress(bytes, length);
    if (shuffles !== true || (mask & 1) === 1) return bytes;
    const result = new Uint8Array(length);
    unshuffle(bytes, this.#elementSize, result);
    return result;
  }

  /** Null where that would not make it smaller. */
  #compress(bytes: Uint8Array): Uint8Array | null {
    const { compression } = this.#filters;
    if (compression !== 'lzf') {
      const smaller = this.#deflate(bytes, compression!.deflate);
      return smaller.length < bytes.length ? smaller : null;
    }
    if (compressed.length < bytes.length) compressed = new Uint8Array(bytes.length);
    const length = compressLzf(bytes, compressed, bytes.length - 1);
    return length === 0 ? null : compressed.subarray(0, length);
  }

  #deflate(bytes: Uint8Array, level: number): Uint8Array {
    const { deflate, deflateBlocks } = this.#compressors;
    const planes = this.#filters.shuffle === true && deflateBlocks !== undefined ? this.#elementSize : 1;
    return (planes > 1 && deflatePlanes(bytes, planes, level, deflateBlocks!)) || deflate!(bytes, level);
  }

  #decompress(bytes: Uint8Array, length: number): Uint8Array {
    if (this.#filters.compression !== 'lzf') {
      const { inflate } = this.#compressors;
      if (inflate !== undefined) return inflate(bytes);
      const message =
        "going on with deflated chunks needs a function such as Node's inflateSync: pass `inflate`";
      throw new SimtapeError('InvalidConfig', message, { key: 'inflate', value: undefined });
    }
    const result = new Uint8Array(length);
    decompressLzf(bytes, result);
    return result;
  }
}

function withChecksum(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length + 4);
  result.set(bytes);
  new DataView(result.buffer).setUint32(bytes.length, fletcher32(bytes), true);
  return result;
}
