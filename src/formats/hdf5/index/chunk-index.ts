import { ByteWriter, UNDEFINED } from '../byte-writer.ts';
import type { Placed, Storage } from '../storage.ts';
import { CHUNK_K } from '../superblock.ts';

/** A chunk of a dataset. Chunks follow each other along the first axis and span all others. */
export interface Chunk {
  /** First row. */
  readonly row: number;
  readonly address: number;
  /** Bytes as stored. */
  readonly size: number;
  /** Bit i is set where filter i was left out. */
  readonly mask: number;
}

/** The last node of a level. Its children are chunks, or the nodes of the level below with their first chunk. */
export interface Level {
  children: Chunk[];
  /** Address of the sibling before it. */
  readonly left: number;
  /** Where a copy of it stands since the last checkpoint. */
  copy: Placed | null;
}

/** Most children of a node. */
export const CAPACITY: number = 2 * CHUNK_K;

/** Bytes of a node for datasets of a rank: a header, children, and one key more than children. */
export function nodeSize(rank: number): number {
  return 24 + CAPACITY * 8 + (CAPACITY + 1) * (8 + 8 * (rank + 1));
}

/** Where the address of the right sibling stands in a node. */
export const RIGHT_SIBLING = 16;

/**
 * The version 1 B-tree of a dataset whose chunks are added at the end; only the last node of each level is kept.
 * A full node is written for good when another begins; of the last ones each checkpoint writes copies. Nodes name
 * their siblings: a full node gets to know its right one, which changes until it is full as well, when a checkpoint
 * has made both part of the file. Until then it names none, and readers since HDF5 1.8, which go from parents to
 * children, find everything all the same.
 * Source: HDF5 File Format Specification Version 3.0, III.A.1.
 */
export class ChunkIndex {
  readonly #rank: number;
  readonly #levels: Level[];

  /** @param levels the last nodes of a tree that is continued, leaf first */
  constructor(rank: number, levels: Level[] = []) {
    this.#rank = rank;
    this.#levels = levels;
  }

  get isEmpty(): boolean {
    return this.#levels.length === 0;
  }

  get last(): Chunk | null {
    return this.#levels[0]?.children.at(-1) ?? null;
  }

  /** Bytes of the copies of nodes, which the next ones supersede. */
  get copies(): number {
    return this.#levels.reduce((sum, { copy }) => sum + (copy?.size ?? 0), 0);
  }

  /** Adds a chunk behind all others. */
  add(chunk: Chunk, storage: Storage): void {
    this.#add(chunk, 0, storage);
  }

  /** Exchanges the last chunk for one of the same row. @returns the old one. */
  replaceLast(chunk: Chunk): Chunk {
    const old = this.#levels[0]!.children.at(-1)!;
    for (const [height, { children }] of this.#levels.entries()) {
      const node = children.length - 1;
      children[node] = height === 0 ? chunk : { ...chunk, address: children[node]!.address };
      // Above, a node is known by its first chunk.
      if (node > 0) break;
    }
    return old;
  }

  /**
   * Writes copies of the last nodes.
   * @param end first row behind all chunks
   * @param last whether nothing more will be added
   * @returns the address of the root
   */
  write(end: number, last: boolean, storage: Storage): number {
    let below = UNDEFINED;
    for (const [height, level] of this.#levels.entries()) {
      if (height > 0) level.children.push({ ...level.children.pop()!, address: below });
      if (level.copy !== null) storage.release(level.copy);
      level.copy = storage.place(this.#node(height, level, end));
      if (last) joinSiblings(level.left, level.copy.address, storage);
      below = level.copy.address;
    }
    return below;
  }

  /** Gives up a tree of no more than a node of chunks, and these. */
  release(storage: Storage): void {
    for (const { children, copy } of this.#levels.splice(0)) {
      for (const chunk of children) storage.release(chunk);
      if (copy !== null) storage.release(copy);
    }
  }

  #add(child: Chunk, height: number, storage: Storage): void {
    const level = this.#levels[height];
    if (level === undefined) {
      this.#levels.push({ children: [child], left: UNDEFINED, copy: null });
      return;
    }
    if (level.children.length < CAPACITY) {
      level.children.push(child);
      return;
    }
    const { address } = storage.place(this.#node(height, level, child.row));
    if (level.copy !== null) storage.release(level.copy);
    joinSiblings(level.left, address, storage);
    this.#levels[height] = { children: [child], left: address, copy: null };
    const above = this.#levels[height + 1];
    const known = { ...level.children[0]!, address };
    if (above === undefined) this.#levels.push({ children: [known], left: UNDEFINED, copy: null });
    // Above, the node was known by its last copy.
    else above.children[above.children.length - 1] = known;
    this.#add({ ...child, address: UNDEFINED }, height + 1, storage);
  }

  #node(height: number, { children, left }: Level, end: number): Uint8Array {
    const size = nodeSize(this.#rank);
    const out = new ByteWriter(size)
      .text('TREE')
      .u8(1)
      .u8(height)
      .u16(children.length)
      .u64(left)
      .u64(UNDEFINED);
    for (const child of children) this.#key(out, child).u64(child.address);
    return this.#key(out, { row: end, size: 0, mask: 0 })
      .zeros(size - out.length)
      .finish();
  }

  /** Where a chunk begins: in its row, in all other axes, and in its elements. */
  #key(out: ByteWriter, { row, size, mask }: Omit<Chunk, 'address'>): ByteWriter {
    return out
      .u32(size)
      .u32(mask)
      .u64(row)
      .zeros(8 * this.#rank);
  }
}

function joinSiblings(left: number, right: number, storage: Storage): void {
  if (left !== UNDEFINED) storage.later(left + RIGHT_SIBLING, new ByteWriter(8).u64(right).finish());
}
