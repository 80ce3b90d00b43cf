import { ByteWriter, UNDEFINED } from '../byte-writer.ts';
import type { Placed, Storage } from '../storage.ts';
import { type LevelShape, levelShapes, NODE_SIZE, pointerSizes } from './btree2-shape.ts';

/** What the records of a tree are. Source: HDF5 File Format Specification Version 3.0, III.A.2. */
export interface RecordKind {
  /** Type of the B-tree. */
  readonly type: number;
  readonly size: number;
  /** The number by which records are ordered. */
  key(view: DataView, at: number): number;
  /** Orders records of equal keys: negative where the first comes first. */
  tie?(a: DataView, atA: number, b: DataView, atB: number): number;
}

/** A node, with room for one record more than fits, just before it is split. */
export interface Node {
  readonly records: Uint8Array;
  readonly view: DataView;
  count: number;
  /** Records in the node and all nodes below. */
  total: number;
  /** One more than records; null in a leaf. */
  children: Node[] | null;
  /** Where the node stands; null where it was changed since. */
  placed: Placed | null;
  /** Where its predecessor stands, to be released. */
  old: Placed | null;
}

/**
 * A version 2 B-tree in memory, written copy-on-write: of a change, only the nodes from a leaf to the root are
 * written anew. Records are only added or changed in place. Source: III.A.2.
 */
export class BTree2 {
  readonly kind: RecordKind;
  readonly #shapes: LevelShape[];
  #root: Node | null = null;
  #depth = 0;
  #header: Placed | null = null;
  #dirty = true;

  constructor(kind: RecordKind) {
    this.kind = kind;
    this.#shapes = levelShapes(kind.size);
  }

  get size(): number {
    return this.#root?.total ?? 0;
  }

  /** Takes over a tree that stands in a file. */
  adopt(root: Node, depth: number, header: Placed): void {
    this.#root = root;
    this.#depth = depth;
    this.#header = header;
    this.#dirty = false;
  }

  /** About the bytes that {@link write} would supersede after so many changes. */
  cost(changes: number): number {
    return NODE_SIZE * Math.min(changes * (this.#depth + 1), 1 + (2 * this.size) / this.#shapes[0]!.capacity);
  }

  /** All records, in order. */
  records(): Uint8Array[] {
    const found: Uint8Array[] = [];
    const collect = (node: Node) => {
      for (let i = 0; i <= node.count; i++) {
        if (node.children !== null) collect(node.children[i]!);
        if (i < node.count) found.push(node.records.slice(i * this.kind.size, (i + 1) * this.kind.size));
      }
    };
    if (this.#root !== null) collect(this.#root);
    return found;
  }

  /** Bytes of the counts beside the addresses of children, in the nodes of a level. */
  pointerSizes(level: number): { count: number; total: number } {
    return pointerSizes(this.#shapes, level);
  }

  insert(record: Uint8Array): void {
    this.#dirty = true;
    this.#root ??= this.makeNode(0);
    const right = this.#insert(this.#root, this.#depth, record, viewOf(record), true);
    if (right === null) return;
    const root = this.makeNode(this.#depth + 1);
    root.records.set(right.separator, 0);
    root.count = 1;
    root.children = [this.#root, right.node];
    root.total = this.#root.total + right.node.total + 1;
    this.#root = root;
    this.#depth++;
  }

  /** Overwrites a record, of the same key, with other content. */
  update(record: Uint8Array): void {
    this.#dirty = true;
    const view = viewOf(record);
    let node: Node | null = this.#root;
    while (node !== null) {
      touch(node);
      const { index, found } = this.#search(node, view);
      if (found) {
        node.records.set(record, index * this.kind.size);
        return;
      }
      node = node.children?.[index] ?? null;
    }
  }

  /** Writes what changed. @returns the address of the header. */
  write(storage: Storage): number {
    if (!this.#dirty && this.#header !== null) return this.#header.address;
    if (this.#root !== null) this.#writeNode(this.#root, this.#depth, storage);
    const header = new ByteWriter(64)
      .text('BTHD')
      .u8(0)
      .u8(this.kind.type)
      .u32(NODE_SIZE)
      .u16(this.kind.size)
      .u16(this.#depth)
      .u8(100)
      .u8(40)
      .u64(this.#root?.placed?.address ?? UNDEFINED)
      .u16(this.#root?.count ?? 0)
      .u64(this.size)
      .checksum()
      .finish();
    this.#header = storage.replace(this.#header, header);
    this.#dirty = false;
    return this.#header.address;
  }

  /** An empty node of a level. */
  makeNode(level: number): Node {
    const records = new Uint8Array((this.shape(level).capacity + 1) * this.kind.size);
    const children = level === 0 ? null : [];
    return { records, view: viewOf(records), count: 0, total: 0, children, placed: null, old: null };
  }

  shape(level: number): LevelShape {
    return this.#shapes[level]!;
  }

  #insert(node: Node, level: number, record: Uint8Array, view: DataView, last: boolean): Split | null {
    touch(node);
    node.total++;
    const { index } = this.#search(node, view);
    if (level === 0) {
      this.#open(node, index);
      node.records.set(record, index * this.kind.size);
    } else {
      const atEnd = last && index === node.count;
      const split = this.#insert(node.children![index]!, level - 1, record, view, atEnd);
      if (split === null) return null;
      this.#open(node, index);
      node.records.set(split.separator, index * this.kind.size);
      node.children!.splice(index + 1, 0, split.node);
    }
    return node.count > this.shape(level).capacity ? this.#split(node, level, last) : null;
  }

  /** Splits a full node; one that grows at the end of the tree leaves a full one behind. */
  #split(node: Node, level: number, last: boolean): Split {
    const { size } = this.kind;
    const at = last ? node.count - 2 : node.count >> 1;
    const right = this.makeNode(level);
    const separator = node.records.slice(at * size, (at + 1) * size);
    right.records.set(node.records.subarray((at + 1) * size, node.count * size));
    right.count = node.count - at - 1;
    node.count = at;
    if (node.children !== null) right.children = node.children.splice(at + 1);
    right.total = totalOf(right);
    node.total = totalOf(node);
    return { separator, node: right };
  }

  /** Makes room for a record. */
  #open(node: Node, index: number): void {
    const { size } = this.kind;
    node.records.copyWithin((index + 1) * size, index * size, node.count * size);
    node.count++;
  }

  /** First record that is not before the one that is looked for. */
  #search(node: Node, view: DataView): { index: number; found: boolean } {
    let low = 0;
    let high = node.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = this.#compare(node.view, middle * this.kind.size, view, 0);
      if (order === 0) return { index: middle, found: true };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { index: low, found: false };
  }

  #compare(a: DataView, atA: number, b: DataView, atB: number): number {
    const { kind } = this;
    return kind.key(a, atA) - kind.key(b, atB) || (kind.tie?.(a, atA, b, atB) ?? 0);
  }

  #writeNode(node: Node, level: number, storage: Storage): void {
    if (node.placed !== null) return;
    for (const child of node.children ?? []) this.#writeNode(child, level - 1, storage);
    const out = new ByteWriter(NODE_SIZE)
      .text(level === 0 ? 'BTLF' : 'BTIN')
      .u8(0)
      .u8(this.kind.type)
      .bytes(node.records.subarray(0, node.count * this.kind.size));
    const sizes = this.pointerSizes(level);
    for (const child of node.children ?? []) {
      out.u64(child.placed!.address).uint(child.count, sizes.count).uint(child.total, sizes.total);
    }
    out.checksum().zeros(NODE_SIZE - out.length);
    node.placed = storage.replace(node.old, out.finish());
    node.old = null;
  }
}

interface Split {
  readonly separator: Uint8Array;
  readonly node: Node;
}

/** The node differs from what stands in the file. */
function touch(node: Node): void {
  if (node.placed === null) return;
  node.old = node.placed;
  node.placed = null;
}

function totalOf(node: Node): number {
  return (node.children ?? []).reduce((sum, child) => sum + child.total, node.count);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
