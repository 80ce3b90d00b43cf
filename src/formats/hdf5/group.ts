import { FileObject, type Parent, type Stored } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import { DenseIndex } from './index/dense.ts';
import { type DensePlaces, NOT_DENSE, writeGroupInfo, writeLink, writeLinkInfo } from './messages/link.ts';
import { MESSAGE, type Message } from './messages/object-header.ts';

/** Links that stand in the object header, which every checkpoint of a change writes again. */
const MOST_COMPACT = 32;

/** A link to a child. */
export interface Child {
  readonly name: string;
  readonly order: number;
  /** Address of the child's header, as it was written last. */
  address: number;
  /** The child itself; null where it is finished, and no longer in memory. */
  object: FileObject | null;
  /** Number of the link in the dense index. */
  dense: number | null;
}

/** What a group takes over that stands in a file. */
export interface StoredGroup extends Stored {
  readonly children: readonly Child[];
  readonly dense: DenseIndex | null;
}

/** A group. Few links stand in its header, many in an index of which a checkpoint writes only what changed. */
export class Group extends FileObject implements Parent {
  readonly #children = new Map<string, Child>();
  /** Children whose link in the file is not, or no longer, right. */
  #stale = new Set<Child>();
  #changed = new Set<FileObject>();
  #dense: DenseIndex | null = null;

  constructor(path: string, parent: Parent | null, parts: FileParts, stored: StoredGroup | null = null) {
    super(path, parent, parts, stored);
    for (const child of stored?.children ?? []) this.#children.set(child.name, child);
    this.#dense = stored?.dense ?? null;
  }

  get children(): ReadonlyMap<string, Child> {
    return this.#children;
  }

  /** Adds a child that is not in the file yet. */
  add(name: string, object: FileObject): Child {
    const child: Child = { name, order: this.#children.size, address: 0, object, dense: null };
    this.#children.set(name, child);
    this.childChanged(object);
    return child;
  }

  /** Puts another object, of the same attributes, in the place of a child. */
  exchange(child: Child, object: FileObject): void {
    const changed = child.object !== null && this.#changed.delete(child.object);
    child.object = object;
    if (changed) object.touch();
  }

  childChanged(child: FileObject): void {
    this.#changed.add(child);
    this.touch();
  }

  /** Writes a child and all below in their final form, and forgets them. */
  release(child: Child): void {
    if (child.object === null) return;
    child.object.finish();
    this.#writeChild(child, child.object);
    child.object = null;
    this.touch();
  }

  override cost(): number {
    let sum = super.cost() + (this.#dense?.cost(this.#changed.size + this.#stale.size) ?? 0);
    for (const child of this.#changed) sum += child.cost();
    return sum;
  }

  finish(): void {
    for (const { object } of this.#children.values()) object?.finish();
  }

  protected messages(): Message[] {
    for (const object of [...this.#changed]) {
      this.#writeChild(this.#children.get(object.path.slice(object.path.lastIndexOf('/') + 1))!, object);
    }
    const { trackOrder } = this.parts;
    const places = this.#children.size > MOST_COMPACT ? this.#writeDense() : NOT_DENSE;
    const dense = places !== NOT_DENSE;
    return [
      { type: MESSAGE.linkInfo, data: writeLinkInfo(trackOrder, this.#children.size, places) },
      { type: MESSAGE.groupInfo, data: writeGroupInfo(MOST_COMPACT), flags: 1 },
      ...(dense ? [] : [...this.#children.values()].map((child) => this.#link(child))).map((data) => ({
        type: MESSAGE.link,
        data,
      })),
    ];
  }

  #writeChild(child: Child, object: FileObject): void {
    child.address = object.write();
    this.#changed.delete(object);
    this.#stale.add(child);
  }

  #link({ name, order, address }: Child): Uint8Array {
    return writeLink({ name, order: this.parts.trackOrder ? order : null, address });
  }

  /** Brings the index up to date. */
  #writeDense(): DensePlaces {
    const { storage, trackOrder } = this.parts;
    const stale = this.#dense === null ? this.#children.values() : this.#stale;
    this.#dense ??= new DenseIndex('links', trackOrder);
    for (const child of stale) {
      const link = storage.place(this.#link(child));
      if (child.dense === null) {
        child.dense = this.#dense.add(child, link);
      } else {
        storage.release(this.#dense.replace(child.dense, link));
      }
    }
    this.#stale = new Set();
    return this.#dense.write(storage);
  }
}
