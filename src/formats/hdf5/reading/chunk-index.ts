import { UNDEFINED } from '../byte-writer.ts';
import {
  CAPACITY,
  type Chunk,
  ChunkIndex,
  type Level,
  nodeSize,
  RIGHT_SIBLING,
} from '../index/chunk-index.ts';
import type { Hdf5Source } from '../sink.ts';
import { damaged, readStructure } from './byte-reader.ts';

export interface StoredIndex {
  readonly index: ChunkIndex;
  /** The last chunk; null where there are none. */
  readonly last: Chunk | null;
  /** Whether nothing can be added, since the last nodes stand for good. */
  readonly isFinished: boolean;
}

/** Reads the last nodes of a version 1 B-tree. Source: HDF5 File Format Specification Version 3.0, III.A.1. */
export function readChunkIndex(source: Hdf5Source, rank: number, root: number): StoredIndex {
  if (root === UNDEFINED) return { index: new ChunkIndex(rank), last: null, isFinished: false };
  const levels: Level[] = [];
  let isFinished = false;
  for (let address = root, height = Number.POSITIVE_INFINITY; height > 0; ) {
    const body = readStructure(source, address, nodeSize(rank), 'TREE').skip(1);
    const found = body.u8();
    if (found >= height) damaged(`the B-tree node at ${address} is of another level`);
    height = found;
    const count = body.u16();
    if (count < 1 || count > CAPACITY) damaged(`the B-tree node at ${address} has ${count} children`);
    const left = body.u64();
    body.skip(8);
    const children: Chunk[] = [];
    for (let i = 0; i < count; i++) {
      const [size, mask, row] = [body.u32(), body.u32(), body.u64()];
      children.push({ row, size, mask, address: body.skip(8 * rank).u64() });
    }
    // What the sibling before it names cannot move any more.
    isFinished ||=
      left !== UNDEFINED &&
      readStructure(source, left, 24, 'TREE')
        .skip(RIGHT_SIBLING - 4)
        .u64() === address;
    levels.unshift({ children, left, copy: { address, size: nodeSize(rank) } });
    address = children.at(-1)!.address;
  }
  return { index: new ChunkIndex(rank, levels), last: levels[0]!.children.at(-1)!, isFinished };
}
