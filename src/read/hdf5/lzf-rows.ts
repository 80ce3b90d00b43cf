import { closeSync, fstatSync, readSync } from 'node:fs';
import type { Metadata } from 'h5wasm/node';
import { openRegular } from '../../backends/regular-file.ts';
import { Pipeline } from '../../formats/hdf5/filters/pipeline.ts';
import type { Filters, Hdf5Source } from '../../formats/hdf5/index.ts';
import { readChunks, readLinksAt, type StoredChunks } from '../../formats/hdf5/reading/chunks.ts';

/**
 * Rows of datasets of numbers whose chunks are compressed with LZF. That filter is h5py's own, and the library that reads
 * all else is built without it; so the chunks are found and unpacked here.
 */
export class LzfRows implements Disposable {
  readonly #file: number;
  readonly #source: Hdf5Source;
  readonly #filters: Filters;
  readonly #addresses = new Map<string, ReadonlyMap<string, number>>();
  readonly #chunks = new Map<string, StoredChunks>();

  constructor(path: string, filters: Filters) {
    const file = openRegular(path);
    this.#file = file;
    this.#filters = filters;
    const { size } = fstatSync(file);
    this.#source = {
      size,
      read: (offset, length) => {
        if (offset < 0 || offset + length > size) throw new Error('a chunk reaches beyond the file');
        const bytes = new Uint8Array(length);
        if (readSync(file, bytes, 0, length, offset) < length) throw new Error('the file is cut short');
        return bytes;
      },
    };
  }

  /** The bytes of rows `from` to `to`, or of one part of each. */
  read(path: string, metadata: Metadata, from: number, to: number, part: number | null): Uint8Array {
    const { shape, chunks: sizes, size } = metadata;
    const width = shape!.slice(1).reduce((product, one) => product * one, 1);
    const rowBytes = width * size;
    const chunkRows = sizes![0]!;
    const rows = new Uint8Array((to - from) * rowBytes);
    const { chunks, fill } = this.#chunksOf(path, shape!.length);
    for (let at = 0; fill !== null && at < rows.length; at += fill.length) rows.set(fill, at);
    const pipeline = new Pipeline(this.#filters, size, {});
    for (const { row, address, size: stored, mask } of chunks) {
      const [first, end] = [Math.max(from, row), Math.min(to, row + chunkRows)];
      if (first >= end) continue;
      const bytes = pipeline.undo(this.#source.read(address, stored), mask, chunkRows * rowBytes);
      rows.set(bytes.subarray((first - row) * rowBytes, (end - row) * rowBytes), (first - from) * rowBytes);
    }
    return part === null ? rows : partOf(rows, rowBytes, part * size, size);
  }

  close(): void {
    closeSync(this.#file);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #chunksOf(path: string, rank: number): StoredChunks {
    let chunks = this.#chunks.get(path);
    if (chunks === undefined) {
      const slash = path.lastIndexOf('/');
      const links = this.#linksOf(path.slice(0, slash));
      chunks = readChunks(this.#source, links.get(path.slice(slash + 1))!, rank);
      // Those of the datasets that are read now; of thousands of episodes they need not be kept.
      if (this.#chunks.size >= 64) this.#chunks.clear();
      this.#chunks.set(path, chunks);
    }
    return chunks;
  }

  /** Addresses of what is in a group, by name. */
  #linksOf(path: string): ReadonlyMap<string, number> {
    let links = this.#addresses.get(path);
    if (links !== undefined) return links;
    const slash = path.lastIndexOf('/');
    const address = path === '' ? null : this.#linksOf(path.slice(0, slash)).get(path.slice(slash + 1))!;
    links = readLinksAt(this.#source, address);
    this.#addresses.set(path, links);
    return links;
  }
}

function partOf(rows: Uint8Array, rowBytes: number, start: number, size: number): Uint8Array {
  const part = new Uint8Array((rows.length / rowBytes) * size);
  for (let at = start, to = 0; at < rows.length; at += rowBytes, to += size) {
    part.set(rows.subarray(at, at + size), to);
  }
  return part;
}
