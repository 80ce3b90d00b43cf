import type { ColumnData } from '../reader.ts';

/** What a column of text, JSON or labels holds. */
export interface LabelStatistics {
  readonly type: 'labels';
  /** How many different values there are; at least as many where `isCapped`. */
  readonly distinct: number;
  /** Whether there were more different values than are kept in memory. */
  readonly isCapped: boolean;
  /** The most frequent values, the first of equals first. Counts are exact; with `isCapped`, late values may be missing. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
}

/** What is kept in memory of a column: so many different values, of so many characters together. */
const MOST_VALUES = 10_000;
const MOST_CHARACTERS = 4_000_000;

/** Gathers {@link LabelStatistics} batch by batch. */
export class LabelSummary {
  readonly #top: number;
  readonly #counts = new Map<string, number>();
  #characters = 0;
  #isCapped = false;

  /** @param top values to name at most */
  constructor(top: number) {
    this.#top = top;
  }

  add({ values }: ColumnData): void {
    for (const value of values as readonly (string | null)[]) {
      if (value === null) continue;
      const count = this.#counts.get(value);
      if (count !== undefined) this.#counts.set(value, count + 1);
      else if (this.#hasRoom(value)) this.#counts.set(value, 1);
    }
  }

  finish(): LabelStatistics {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    const top = sorted.slice(0, this.#top).map(([value, count]) => ({ value, count }));
    return { type: 'labels', distinct: this.#counts.size, isCapped: this.#isCapped, top };
  }

  #hasRoom(value: string): boolean {
    this.#characters += value.length;
    this.#isCapped ||= this.#counts.size >= MOST_VALUES || this.#characters > MOST_CHARACTERS;
    return !this.#isCapped;
  }
}
