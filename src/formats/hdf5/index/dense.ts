import { ByteWriter } from '../byte-writer.ts';
import { lookup3 } from '../lookup3.ts';
import type { DensePlaces } from '../messages/link.ts';
import type { Placed, Storage } from '../storage.ts';
import { BTree2, type RecordKind } from './btree2.ts';
import { HEAP_ID_SIZE, writeHeapHeader } from './fractal-heap.ts';

/** What is kept: links of a group, or attributes of an object. */
export type DenseKind = keyof typeof RECORDS;

/** Where keys stand in the records of both indexes. Source: HDF5 File Format Specification Version 3.0, III.A.2. */
const RECORDS = {
  links: { names: { type: 5, size: 11, hash: 0, id: 4 }, orders: { type: 6, size: 15, id: 8 } },
  attributes: { names: { type: 8, size: 17, hash: 13, id: 0 }, orders: { type: 9, size: 13, id: 0 } },
} as const;

const encoder = new TextEncoder();

/** Records of type 1: where a huge object is, its length and its number. */
const HUGE: RecordKind = { type: 1, size: 24, key: (view, at) => uint(view, at + 16, 6) };

/** The B-trees of an index. */
export interface Trees {
  readonly huge: BTree2;
  readonly names: BTree2;
  readonly orders: BTree2 | null;
}

/** One object of the heap. */
export interface DenseEntry {
  readonly name: string;
  readonly order: number;
}

/**
 * Links or attributes outside the object header: a fractal heap, an index by name and one by creation order.
 *
 * All objects of the heap are "huge" ones, each in a place of its own that a B-tree knows. Blocks of managed objects
 * carry the address of the heap's header, which copy-on-write moves with every checkpoint, so that each checkpoint
 * would write all links of a group again; this way it writes those that changed and the paths to them.
 * Sources: III.G (heap), III.A.2 (indexes).
 */
export class DenseIndex {
  readonly #kind: DenseKind;
  readonly #entries: DenseEntry[] = [];
  readonly #places: Placed[] = [];
  readonly #huge = new BTree2(HUGE);
  readonly #names: BTree2;
  readonly #orders: BTree2 | null;
  #bytes = 0;
  #heap: Placed | null = null;
  #dirty = true;

  constructor(kind: DenseKind, trackOrder: boolean) {
    this.#kind = kind;
    const { names, orders } = RECORDS[kind];
    const nameAt = (view: DataView, at: number) => this.#entries[uint(view, at + names.id + 1, 6) - 1]!.name;
    this.#names = new BTree2({
      ...names,
      key: (view, at) => view.getUint32(at + names.hash, true),
      // Names of equal hashes are rare: they are encoded when they meet.
      tie: (a, atA, b, atB) => compareBytes(encoder.encode(nameAt(a, atA)), encoder.encode(nameAt(b, atB))),
    });
    this.#orders = trackOrder
      ? new BTree2({
          ...orders,
          key:
            kind === 'links' ? (view, at) => uint(view, at, 6) : (view, at) => view.getUint32(at + 9, true),
        })
      : null;
  }

  /** Takes over an index that stands in a file; `read` fills the trees and tells what is in them. */
  adopt(heap: Placed, read: (trees: Trees) => readonly { entry: DenseEntry; object: Placed }[]): void {
    for (const { entry, object } of read({ huge: this.#huge, names: this.#names, orders: this.#orders })) {
      this.#entries.push(entry);
      this.#places.push(object);
      this.#bytes += object.size;
    }
    this.#heap = heap;
    this.#dirty = false;
  }

  /** Adds an object. @returns its number, from 1 on. */
  add(entry: DenseEntry, object: Placed): number {
    const id = this.#entries.push(entry);
    this.#places.push(object);
    this.#huge.insert(hugeRecord(object, id));
    this.#names.insert(this.#nameRecord(entry, id));
    this.#orders?.insert(this.#orderRecord(entry, id));
    this.#bytes += object.size;
    this.#dirty = true;
    return id;
  }

  /** Puts another object in the place of one of the same name. @returns where that one is. */
  replace(id: number, object: Placed): Placed {
    const old = this.#places[id - 1]!;
    this.#places[id - 1] = object;
    this.#huge.update(hugeRecord(object, id));
    this.#bytes += object.size - old.size;
    this.#dirty = true;
    return old;
  }

  /** About the bytes that {@link write} would supersede after so many changes. */
  cost(changes: number): number {
    const trees = [this.#huge, this.#names, ...(this.#orders === null ? [] : [this.#orders])];
    return changes === 0 || this.#heap === null
      ? 0
      : trees.reduce((sum, tree) => sum + tree.cost(changes), this.#heap.size);
  }

  /** Writes what changed. */
  write(storage: Storage): DensePlaces {
    const names = this.#names.write(storage);
    const orders = this.#orders?.write(storage) ?? 0;
    if (this.#dirty || this.#heap === null) {
      const huge = this.#huge.write(storage);
      const header = writeHeapHeader(this.#kind, { huge, count: this.#entries.length, bytes: this.#bytes });
      this.#heap = storage.replace(this.#heap, header);
      this.#dirty = false;
    }
    return { heap: this.#heap.address, names, orders };
  }

  #nameRecord({ name, order }: DenseEntry, id: number): Uint8Array {
    const hash = lookup3(encoder.encode(name));
    const out = new ByteWriter(32);
    if (this.#kind === 'links') return this.#heapId(out.u32(hash), id).finish();
    return this.#heapId(out, id).u8(0).u32(order).u32(hash).finish();
  }

  #orderRecord({ order }: DenseEntry, id: number): Uint8Array {
    const out = new ByteWriter(32);
    if (this.#kind === 'links') return this.#heapId(out.u64(order), id).finish();
    return this.#heapId(out, id).u8(0).u32(order).finish();
  }

  /** The heap ID of a huge object that a B-tree knows: version 0, type 1, then its number. Source: III.G. */
  #heapId(out: ByteWriter, id: number): ByteWriter {
    return out.u8(1 << 4).uint(id, HEAP_ID_SIZE[this.#kind] - 1);
  }
}

function hugeRecord({ address, size }: Placed, id: number): Uint8Array {
  return new ByteWriter(24).u64(address).u64(size).u64(id).finish();
}

/** An unsigned integer of up to 6 bytes. */
function uint(view: DataView, at: number, size: 6): number {
  return view.getUint32(at, true) + view.getUint16(at + size - 2, true) * 2 ** 32;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}
