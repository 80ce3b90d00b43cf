import type { BTree2, Node } from '../index/btree2.ts';
import { NODE_SIZE } from '../index/btree2-shape.ts';
import { type DenseEntry, DenseIndex, type DenseKind } from '../index/dense.ts';
import { HEAP_HEADER_SIZE } from '../index/fractal-heap.ts';
import type { DensePlaces } from '../messages/link.ts';
import type { Hdf5Source } from '../sink.ts';
import { ByteReader, damaged, readBytes, readStructure, verify } from './byte-reader.ts';

const TREE_HEADER_SIZE = 38;

/** Reads an index as `DenseIndex` writes it, and what its objects are, in the order of their numbers. */
export function readDense<T extends DenseEntry>(
  source: Hdf5Source,
  kind: DenseKind,
  places: DensePlaces,
  trackOrder: boolean,
  entryOf: (object: Uint8Array, id: number) => T,
): { index: DenseIndex; entries: T[] } {
  const header = readStructure(source, places.heap, HEAP_HEADER_SIZE, 'FRHP');
  verify(source, places.heap, HEAP_HEADER_SIZE - 4);
  const huge = header.skip(18).u64();
  const index = new DenseIndex(kind, trackOrder);
  const entries: T[] = [];
  index.adopt({ address: places.heap, size: HEAP_HEADER_SIZE }, (trees) => {
    readTree(source, trees.huge, huge);
    readTree(source, trees.names, places.names);
    if (trees.orders !== null) readTree(source, trees.orders, places.orders);
    return trees.huge.records().map((record) => {
      const body = new ByteReader(record);
      const object = { address: body.u64(), size: body.u64() };
      if (body.u64() !== entries.length + 1) damaged('an object of a heap is missing');
      const entry = entryOf(readBytes(source, object.address, object.size), entries.length + 1);
      entries.push(entry);
      return { entry, object };
    });
  });
  return { index, entries };
}

/** Reads a version 2 B-tree into a new one. Source: HDF5 File Format Specification Version 3.0, III.A.2. */
function readTree(source: Hdf5Source, tree: BTree2, address: number): void {
  const header = readStructure(source, address, TREE_HEADER_SIZE, 'BTHD');
  verify(source, address, TREE_HEADER_SIZE - 4);
  const type = header.skip(1).u8();
  const nodeSize = header.u32();
  const recordSize = header.u16();
  if (type !== tree.kind.type || nodeSize !== NODE_SIZE || recordSize !== tree.kind.size) {
    damaged(`the B-tree at ${address} is another one`);
  }
  const depth = header.u16();
  const root = header.skip(2).u64();
  tree.adopt(readNode(source, tree, root, header.u16(), depth), depth, { address, size: TREE_HEADER_SIZE });
}

function readNode(source: Hdf5Source, tree: BTree2, address: number, count: number, level: number): Node {
  const body = readStructure(source, address, NODE_SIZE, level === 0 ? 'BTLF' : 'BTIN').skip(2);
  const node = tree.makeNode(level);
  if (count > tree.shape(level).capacity) damaged(`the B-tree node at ${address} has too many records`);
  node.records.set(body.bytes(count * tree.kind.size));
  node.count = count;
  node.total = count;
  node.placed = { address, size: NODE_SIZE };
  if (node.children === null) {
    verify(source, address, body.at);
    return node;
  }
  const sizes = tree.pointerSizes(level);
  const places = Array.from({ length: count + 1 }, () => {
    const place = { address: body.u64(), count: body.uint(sizes.count) };
    body.skip(sizes.total);
    return place;
  });
  verify(source, address, body.at);
  for (const place of places) {
    const child = readNode(source, tree, place.address, place.count, level - 1);
    node.children.push(child);
    node.total += child.total;
  }
  return node;
}
