/** Which cells of a grid over the arena have been visited. Lengths in m. */
export class Coverage {
  readonly #length: number;
  readonly #width: number;
  readonly #cell: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #visited = new Set<number>();

  constructor(length: number, width: number, cell: number) {
    this.#length = length;
    this.#width = width;
    this.#cell = cell;
    this.#columns = Math.ceil(length / cell);
    this.#rows = Math.ceil(width / cell);
  }

  /** Marks the cell of (x, y); a point outside the arena has none. */
  visit(x: number, y: number): void {
    if (x < 0 || x > this.#length || y < 0 || y > this.#width) return;
    const column = Math.min(this.#columns - 1, Math.floor(x / this.#cell));
    const row = Math.min(this.#rows - 1, Math.floor(y / this.#cell));
    this.#visited.add(row * this.#columns + column);
  }

  /** Visited share of the cells, in [0, 1]. */
  get fraction(): number {
    return this.#visited.size / (this.#columns * this.#rows);
  }
}
