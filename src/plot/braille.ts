/** Dots of a braille character, by column and row (Unicode Standard, "Braille Patterns"). */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const EMPTY = 0x2800;

/** A drawing of dots: two by four in each character, which has the colour of its last dot. */
export class BrailleCanvas {
  /** In dots. */
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;
  readonly #colours: (string | null)[];
  readonly #signs = new Map<number, string>();

  /** @param columns of characters */
  constructor(columns: number, rows: number) {
    this.width = columns * 2;
    this.height = rows * 4;
    this.#columns = columns;
    this.#cells = new Uint8Array(columns * rows);
    this.#colours = new Array<string | null>(columns * rows).fill(null);
  }

  /** One dot, from the top left; one outside is not drawn. */
  dot(x: number, y: number, colour: string | null): void {
    if (!(x >= 0 && y >= 0 && x < this.width && y < this.height)) return;
    const cell = (y >> 2) * this.#columns + (x >> 1);
    this.#cells[cell]! |= DOTS[(x & 1) as 0 | 1][(y & 3) as 0 | 1 | 2 | 3];
    this.#colours[cell] = colour;
  }

  /** A line between two dots, of which those that are outside are not drawn. */
  line(x0: number, y0: number, x1: number, y1: number, colour: string | null): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
    // Far outside there is nothing to see.
    if (!(steps <= 16 * (this.width + this.height))) return;
    for (let i = 0; i <= steps; i++) {
      const share = steps === 0 ? 0 : i / steps;
      this.dot(Math.round(x0 + share * (x1 - x0)), Math.round(y0 + share * (y1 - y0)), colour);
    }
  }

  /** A character instead of dots, where a dot would be. */
  sign(x: number, y: number, text: string, colour: string | null): void {
    if (!(x >= 0 && y >= 0 && x < this.width && y < this.height)) return;
    const cell = (y >> 2) * this.#columns + (x >> 1);
    this.#signs.set(cell, text);
    this.#colours[cell] = colour;
  }

  /** The lines of characters. */
  lines(paint: (text: string, colour: string) => string): string[] {
    return Array.from({ length: this.height / 4 }, (_, row) => {
      let line = '';
      for (let column = 0; column < this.#columns; column++) {
        const cell = row * this.#columns + column;
        const dots = this.#cells[cell]!;
        const text = this.#signs.get(cell) ?? (dots === 0 ? ' ' : String.fromCharCode(EMPTY + dots));
        const colour = this.#colours[cell];
        line += colour == null || text === ' ' ? text : paint(text, colour);
      }
      return line;
    });
  }
}
