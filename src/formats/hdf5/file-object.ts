import { Attributes } from './attributes.ts';
import type { FileParts } from './file-parts.ts';
import type { AttributeValues } from './messages/attribute.ts';
import { type Message, writeObjectHeader } from './messages/object-header.ts';
import { type Placed, refuseClosed } from './storage.ts';

/** What an object takes over that stands in a file. */
export interface Stored {
  /** Its header. */
  readonly placed: Placed;
  readonly attributes: Attributes;
}

/** What is told when something below a group changed. */
export interface Parent {
  childChanged(child: FileObject): void;
}

/** A group or a dataset: an object header, which is written anew elsewhere when something of it changed. */
export abstract class FileObject {
  readonly path: string;
  readonly attributes: Attributes;
  protected readonly parts: FileParts;
  readonly #parent: Parent | null;
  #placed: Placed | null;
  #changed: boolean;

  constructor(path: string, parent: Parent | null, parts: FileParts, stored: Stored | null = null) {
    this.path = path;
    this.parts = parts;
    this.attributes = stored?.attributes ?? new Attributes(parts.trackOrder);
    this.#parent = parent;
    this.#placed = stored?.placed ?? null;
    this.#changed = stored === null;
  }

  get isChanged(): boolean {
    return this.#changed;
  }

  /** Sets attributes; others stay. @throws `InvalidConfig` for a value that cannot be stored. */
  setAttributes(values: AttributeValues): void {
    refuseClosed(this.parts.storage);
    this.attributes.set(this.path, values, this.parts);
    this.touch();
  }

  /** The object differs from what the file holds, and so do all groups above it. */
  touch(): void {
    if (this.#changed) return;
    this.#changed = true;
    this.#parent?.childChanged(this);
  }

  /** Bytes that {@link write} would supersede. */
  cost(): number {
    return this.#changed ? (this.#placed?.size ?? 0) : 0;
  }

  /** Writes what changed, of this object and below. @returns the address of the header. */
  write(): number {
    if (this.#changed || this.#placed === null) {
      const messages = [...this.messages(), ...this.attributes.messages(this.parts)];
      const header = writeObjectHeader(messages, {
        trackOrder: this.parts.trackOrder,
        manyAttributes: this.attributes.areMany,
      });
      this.#placed = this.parts.storage.replace(this.#placed, header);
      this.#changed = false;
    }
    return this.#placed.address;
  }

  /** Nothing will be added: what was left for later is brought into its final form by the next {@link write}. */
  abstract finish(): void;

  /** Writes what belongs to the object, and describes it. */
  protected abstract messages(): Message[];
}
