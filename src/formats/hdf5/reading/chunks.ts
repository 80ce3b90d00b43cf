import { UNDEFINED } from '../byte-writer.ts';
import { CAPACITY, type Chunk, nodeSize } from '../index/chunk-index.ts';
import { MESSAGE } from '../messages/object-header.ts';
import type { Hdf5Source } from '../sink.ts';
import { readSuperblock } from '../superblock.ts';
import { ByteReader, damaged, readStructure } from './byte-reader.ts';
import { readObjectHeader } from './object-header.ts';
import { readLinks } from './objects.ts';

/**
 * Addresses of what is in a group of a file that {@link Hdf5Writer} made, by name.
 * @param address of the group; null for the root
 * @throws `NotARecording`
 */
export function readLinksAt(source: Hdf5Source, address: number | null): ReadonlyMap<string, number> {
  const header = readObjectHeader(source, address ?? readSuperblock(source).root);
  return new Map(readLinks(source, header).children.map((child) => [child.name, child.address]));
}

export interface StoredChunks {
  readonly chunks: readonly Chunk[];
  /** An element that was not given; null for zeros. */
  readonly fill: Uint8Array | null;
}

/**
 * The chunks of a dataset of such a file, in order; those of fill values alone are not stored.
 * Source: HDF5 File Format Specification Version 3.0, III.A.1 and IV.A.2.i.
 *
 * @param address of the dataset
 * @param rank sizes of its shape
 * @throws `NotARecording`
 */
export function readChunks(source: Hdf5Source, address: number, rank: number): StoredChunks {
  const { messages } = readObjectHeader(source, address);
  const layout = messages.find(({ type }) => type === MESSAGE.layout)?.data;
  if (layout === undefined || layout[1] !== 2) return damaged('a dataset has no chunks');
  const root = new ByteReader(layout).skip(3).u64();
  const chunks: Chunk[] = [];
  if (root !== UNDEFINED) addChunks(source, root, rank, Number.POSITIVE_INFINITY, chunks);
  return { chunks, fill: fillOf(messages.find(({ type }) => type === MESSAGE.fillValue)?.data) };
}

/** The value of a fill value message. Source: IV.A.2.f. */
function fillOf(message: Uint8Array | undefined): Uint8Array | null {
  if (message === undefined || (message[1]! & (1 << 5)) === 0) return null;
  const body = new ByteReader(message).skip(2);
  return body.bytes(body.u32());
}

function addChunks(source: Hdf5Source, address: number, rank: number, above: number, chunks: Chunk[]): void {
  const body = readStructure(source, address, nodeSize(rank), 'TREE').skip(1);
  const level = body.u8();
  const count = body.u16();
  if (level >= above || count > CAPACITY) damaged(`the B-tree node at ${address} is not as it was written`);
  body.skip(16);
  for (let i = 0; i < count; i++) {
    const [size, mask, row] = [body.u32(), body.u32(), body.u64()];
    const child = body.skip(8 * rank).u64();
    if (level === 0) chunks.push({ row, size, mask, address: child });
    else addChunks(source, child, rank, level, chunks);
  }
}
