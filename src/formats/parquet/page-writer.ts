import { ByteBuffer } from './byte-buffer.ts';
import type { EncodingName } from './codes.ts';
import type { Settings } from './options.ts';
import { dataPageHeader, dictionaryPageHeader } from './page-header.ts';

/** Bodies that will be compressed are made here, and not kept. */
let scratch = new ByteBuffer(2 ** 20);
const MAX_KEPT = 2 ** 24;
const SMALL = 2 ** 14;

/** Appends pages to a list of chunks, and counts. The chunks own their memory. */
export class PageWriter {
  /** Bytes written, headers included. */
  compressed = 0;
  /** Bytes that it would be without compression, headers included. */
  uncompressed = 0;
  readonly #settings: Settings;
  readonly #chunks: Uint8Array[];

  constructor(settings: Settings, chunks: Uint8Array[]) {
    this.#settings = settings;
    this.#chunks = chunks;
  }

  /** @returns the page's size, header included. */
  data(slots: number, encoding: EncodingName, sizeHint: number, write: (out: ByteBuffer) => void): number {
    return this.#page(sizeHint, write, (sizes) => dataPageHeader(sizes, slots, encoding));
  }

  dictionary(entries: number, sizeHint: number, write: (out: ByteBuffer) => void): number {
    return this.#page(sizeHint, write, (sizes) => dictionaryPageHeader(sizes, entries));
  }

  #page(
    sizeHint: number,
    write: (out: ByteBuffer) => void,
    header: (sizes: { uncompressed: number; compressed: number; crc: number | null }) => Uint8Array,
  ): number {
    const { codec, crc32 } = this.#settings;
    // Small pages that are kept as they are take one allocation of their size.
    const copied = codec === null && sizeHint <= SMALL;
    const out = codec === null && !copied ? new ByteBuffer(sizeHint) : scratch;
    out.length = 0;
    write(out);
    const body = codec !== null ? codec.compress(out.view()) : copied ? out.view().slice() : out.view();
    const crc = crc32 === null ? null : crc32(body);
    const head = header({ uncompressed: out.length, compressed: body.length, crc });
    this.#chunks.push(head, body);
    if (scratch.bytes.length > MAX_KEPT) scratch = new ByteBuffer(2 ** 20);
    this.compressed += head.length + body.length;
    this.uncompressed += head.length + out.length;
    return head.length + body.length;
  }
}
