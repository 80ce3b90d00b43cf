import { SimtapeError } from '../errors.ts';
import type { LaneAnswer } from './link.ts';

/** Ids for the rows of one segment after another: blocks from a counter that all lanes share. */
export class IdBlock {
  readonly #counters: BigInt64Array;
  readonly #name: string;
  readonly #table: LaneAnswer;
  #end = 0;

  /**
   * @param counters the id block of the recorder
   * @param name the table's
   * @param table what the writer says of it
   */
  constructor(counters: BigInt64Array, name: string, table: LaneAnswer) {
    this.#counters = counters;
    this.#name = name;
    this.#table = table;
  }

  /**
   * Takes ids that no other row of the table has, in whatever lane. @returns the first
   * @throws `IdsExhausted`
   */
  take(count: number): number {
    const first = Number(Atomics.add(this.#counters, this.#table.number, BigInt(count)));
    this.#end = first + count;
    if (this.#end - 1 <= this.#table.ids.last) return first;
    this.giveBack(first);
    throw new SimtapeError('IdsExhausted', `the ids of table ${this.#name} ran out: start a new file`, {
      table: this.#name,
    });
  }

  /** Gives back ids from `from` on that were taken and not used, unless another lane has taken later ones. */
  giveBack(from: number): void {
    if (from < this.#end) {
      Atomics.compareExchange(this.#counters, this.#table.number, BigInt(this.#end), BigInt(from));
    }
    this.#end = from;
  }
}
