import { SimtapeError, show } from '../../errors.ts';
import { describeOrigin, type Origin } from './tree.ts';

/** An `InvalidConfig` that says where the value stands, what it is, and what is wrong with it. */
export function refusal(
  key: string,
  value: unknown,
  why: string,
  origin: Origin,
): SimtapeError<'InvalidConfig'> {
  const given = value === undefined ? key : `${key} = ${show(value)}`;
  const place = origin.from === 'file' ? { file: origin.file, line: origin.line } : {};
  return new SimtapeError('InvalidConfig', `${describeOrigin(origin)}: ${given}: ${why}`, {
    key,
    value,
    origin: describeOrigin(origin),
    ...place,
  });
}

/** `did you mean NAME?`, or an empty text where nothing is like it. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === null ? '' : `did you mean ${near}? `;
}

/** Why an option is refused that there is not. */
export function noSuchOption(name: string, known: readonly string[]): string {
  return `there is no such option; ${didYouMean(name, known)}there are ${known.join(', ')}`;
}

/** The known name that is most like another one, or null where none is like it. */
export function nearest(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.ceil(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two names (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
