/** The keys of a family of objects, in order. Known to the writer by its number. */
export interface Shape {
  readonly number: number;
  readonly keys: readonly string[];
  /** The shape of the object that was written after one of this shape the last time: a good guess. */
  next: Shape | null;
}

interface Node {
  readonly children: Map<string, Node>;
  shape: Shape | null;
}

/** Numbers the shapes of objects that one lane records, so that keys cross to the writer once. */
export class Shapes {
  readonly #root: Node = { children: new Map(), shape: null };
  readonly #announce: (shape: Shape) => void;
  readonly #limit: number;
  #count = 0;

  /** @param announce is called with each new shape, before any value of it is published. */
  constructor(announce: (shape: Shape) => void, limit = 4096) {
    this.#announce = announce;
    this.#limit = limit;
  }

  /** The shape with these keys, or null once there are too many for numbering to pay, or where it is not data. */
  find(value: object): Shape | null {
    let node = this.#root;
    const keys: string[] = [];
    for (const key in value) {
      // An object that says itself how it is to be written.
      if (key === 'toJSON') return null;
      keys.push(key);
      let child = node.children.get(key);
      if (child === undefined) {
        if (this.#count >= this.#limit) return null;
        child = { children: new Map(), shape: null };
        node.children.set(key, child);
      }
      node = child;
    }
    if (node.shape === null) {
      if (this.#count >= this.#limit) return null;
      node.shape = { number: this.#count++, keys, next: null };
      this.#announce(node.shape);
    }
    return node.shape;
  }
}
