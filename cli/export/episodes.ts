import { UsageError } from '../problems.ts';

/** More numbers than that are hardly meant. */
const MOST = 1_000_000;

/** Numbers of episodes from text such as `1,5-12`. */
export function episodeNumbers(text: string): number[] {
  const numbers: number[] = [];
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from <= to) || !Number.isSafeInteger(to) || to - from + numbers.length >= MOST) {
      throw new UsageError(
        `--episodes takes numbers and ranges of them, not '${text}'; for example --episodes 1,5-12`,
      );
    }
    for (let number = from; number <= to; number++) numbers.push(number);
  }
  return [...new Set(numbers)];
}
