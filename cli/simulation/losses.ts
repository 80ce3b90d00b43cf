/** Lines that are kept; of later losses only the counters tell. */
const MOST = 5;

/** What a recorder says of rows that were lost, each thing once: what sums up earlier lines replaces them. */
export class Losses {
  #lines: string[] = [];

  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    if (this.#lines.some((known) => known.includes(line))) return;
    this.#lines = this.#lines.filter((known) => !line.includes(known));
    if (this.#lines.length < MOST) this.#lines.push(line);
  }
}
