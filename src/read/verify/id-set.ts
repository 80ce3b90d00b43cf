/** Ids in one block of the set: a bit for each. */
const BLOCK_IDS = 2 ** 16;

/** A set of safe integers in bits: ids are dense as a rule, so that 100 million take 12 MB. */
export class IdSet {
  readonly #blocks = new Map<number, Uint32Array>();
  #block = Number.NaN;
  #words: Uint32Array = new Uint32Array(0);
  size = 0;

  /** Whether it was not there before. */
  add(id: number): boolean {
    const block = Math.floor(id / BLOCK_IDS);
    if (block !== this.#block) {
      let words = this.#blocks.get(block);
      if (words === undefined) {
        words = new Uint32Array(BLOCK_IDS / 32);
        this.#blocks.set(block, words);
      }
      this.#block = block;
      this.#words = words;
    }
    const bit = id - block * BLOCK_IDS;
    const mask = 1 << (bit & 31);
    if ((this.#words[bit >> 5]! & mask) !== 0) return false;
    this.#words[bit >> 5]! |= mask;
    this.size++;
    return true;
  }

  has(id: number): boolean {
    const block = Math.floor(id / BLOCK_IDS);
    const words = this.#blocks.get(block);
    if (words === undefined) return false;
    const bit = id - block * BLOCK_IDS;
    return (words[bit >> 5]! & (1 << (bit & 31))) !== 0;
  }
}
