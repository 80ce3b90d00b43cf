import { SimtapeError } from '../../errors.ts';
import type { FileParts } from './file-parts.ts';
import { DenseIndex } from './index/dense.ts';
import { type AttributeValues, encodeAttributes } from './messages/attribute.ts';
import { NOT_DENSE, writeAttributeInfo } from './messages/link.ts';
import { LARGEST_MESSAGE, MESSAGE, type Message } from './messages/object-header.ts';

/** Attributes that the library keeps in an object header by default. */
const USUAL = 8;

/** Numbers of creation orders have 16 bits. */
const MOST = 65535;

interface Entry {
  message: Uint8Array;
  readonly order: number;
  /** Number in the dense index, and whether it must be written there. */
  dense: number | null;
  changed: boolean;
}

/** The attributes of one object. */
export class Attributes {
  readonly #trackOrder: boolean;
  readonly #entries = new Map<string, Entry>();
  #next = 0;
  #dense: DenseIndex | null = null;

  constructor(trackOrder: boolean) {
    this.#trackOrder = trackOrder;
  }

  /** Takes over attributes that stand in a file, in the order in which they were created. */
  adopt(
    stored: readonly { readonly name: string; readonly message: Uint8Array; readonly dense: number | null }[],
    dense: DenseIndex | null,
  ): void {
    for (const { name, ...entry } of stored)
      this.#entries.set(name, { ...entry, order: this.#next++, changed: false });
    this.#dense = dense;
  }

  /** Checks and stores values: all, or where one cannot be, none. @throws `InvalidConfig` */
  set(path: string, values: AttributeValues, { heap }: FileParts): void {
    for (const { name, message } of encodeAttributes(path, values, heap)) this.#put(path, name, message);
  }

  #put(path: string, name: string, message: Uint8Array): void {
    const known = this.#entries.get(name);
    if (known !== undefined) {
      known.message = message;
      known.changed = true;
      return;
    }
    if (this.#next === MOST) {
      const text = `${path} has ${MOST} attributes, the most there can be`;
      throw new SimtapeError('InvalidConfig', text, { key: 'attributes', value: name });
    }
    this.#entries.set(name, { message, order: this.#next++, dense: null, changed: true });
  }

  /** Whether there are more than the library would keep in a header by default. */
  get areMany(): boolean {
    return this.#entries.size > USUAL && this.#dense === null;
  }

  /** The messages for the object header. Attributes larger than a message can be are written to a heap, with all. */
  messages(parts: FileParts): Message[] {
    if (this.#entries.size === 0) return [];
    const entries = [...this.#entries];
    if (this.#dense === null && entries.some(([, { message }]) => message.length > LARGEST_MESSAGE)) {
      this.#dense = new DenseIndex('attributes', this.#trackOrder);
    }
    const places = this.#dense === null ? NOT_DENSE : this.#writeDense(this.#dense, parts);
    const info: Message = {
      type: MESSAGE.attributeInfo,
      data: writeAttributeInfo(this.#trackOrder, this.#next, places),
      flags: 4,
    };
    if (this.#dense !== null) return [info];
    return [
      info,
      ...entries.map(([, { message, order }]) => ({ type: MESSAGE.attribute, data: message, order })),
    ];
  }

  #writeDense(dense: DenseIndex, { storage }: FileParts): ReturnType<DenseIndex['write']> {
    for (const [name, entry] of this.#entries) {
      if (!entry.changed && entry.dense !== null) continue;
      const object = storage.place(entry.message);
      if (entry.dense === null) {
        entry.dense = dense.add({ name, order: entry.order }, object);
      } else {
        storage.release(dense.replace(entry.dense, object));
      }
      entry.changed = false;
    }
    return dense.write(storage);
  }
}
