interface Extent {
  address: number;
  size: number;
}

/** Most extents that are kept for reuse; smaller ones beyond are given up. */
const MOST_EXTENTS = 4096;

/**
 * Gives out space of the file. What a checkpoint supersedes may still be what the file consists of, should the
 * process end before the superblock is written; so space that is released is given out again two checkpoints
 * later. Everything is a multiple of 8 bytes.
 */
export class FileSpace {
  /** First byte behind all that was given out. */
  end: number;
  /** Bytes that hold nothing of the newest checkpoint and are not in use again. */
  superseded = 0;
  /** Released since the last checkpoint, and between the last and the one before. */
  #released: Extent[] = [];
  #waiting: Extent[] = [];
  /** Free to be given out, by address, no two of them adjacent. */
  #free: Extent[] = [];
  #largest = 0;

  constructor(end: number) {
    this.end = end;
  }

  allocate(bytes: number): number {
    const size = round8(bytes);
    if (size <= this.#largest) {
      const found = this.#take(size);
      if (found !== null) return found;
    }
    const address = this.end;
    this.end += size;
    return address;
  }

  /** Gives back what {@link allocate} gave for as many bytes. */
  release(address: number, bytes: number): void {
    const size = round8(bytes);
    if (size === 0) return;
    this.#released.push({ address, size });
    this.superseded += size;
  }

  /** Gives back what was given out but never written. */
  giveBack(address: number, bytes: number): void {
    const size = round8(bytes);
    if (size === 0) return;
    if (address + size === this.end) {
      this.end = address;
      return;
    }
    this.superseded += size;
    this.#merge([{ address, size }]);
  }

  /** The superblock of a checkpoint is written. */
  checkpointed(): void {
    this.#merge(this.#waiting);
    this.#waiting = this.#released;
    this.#released = [];
  }

  /** The smallest extent that is large enough. */
  #take(size: number): number | null {
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const candidate = this.#free[i]!.size;
      if (candidate < size || (best >= 0 && candidate >= this.#free[best]!.size)) continue;
      best = i;
      if (candidate === size) break;
    }
    if (best < 0) {
      this.#largest = size - 1;
      return null;
    }
    const extent = this.#free[best]!;
    const { address } = extent;
    extent.address += size;
    extent.size -= size;
    if (extent.size === 0) this.#free.splice(best, 1);
    this.superseded -= size;
    return address;
  }

  #merge(added: Extent[]): void {
    if (added.length === 0) return;
    const all = [...this.#free, ...added].sort((a, b) => a.address - b.address);
    const merged: Extent[] = [];
    for (const extent of all) {
      const last = merged.at(-1);
      if (last !== undefined && last.address + last.size === extent.address) last.size += extent.size;
      else merged.push({ ...extent });
    }
    if (merged.length > MOST_EXTENTS) {
      const kept = new Set([...merged].sort((a, b) => b.size - a.size).slice(0, MOST_EXTENTS));
      this.#free = merged.filter((extent) => kept.has(extent));
    } else {
      this.#free = merged;
    }
    this.#largest = this.#free.reduce((most, { size }) => Math.max(most, size), 0);
  }
}

function round8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
