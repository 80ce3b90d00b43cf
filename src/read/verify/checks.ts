/** What was checked, in words that begin a sentence: `row groups`, `keys of steps`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was looked at: `12 files`, `3,000 rows`. */
  readonly extent: string;
  /** The first things that are wrong. */
  readonly problems: readonly string[];
  /** How many things are wrong in all. */
  readonly problemCount: number;
}

/** What a recording came to when it was verified. */
export interface VerifyReport {
  readonly path: string;
  readonly format: string;
  readonly ok: boolean;
  /** `ended`; `recording`, while a living process writes it; `crashed`, where that process is gone. */
  readonly state: 'ended' | 'recording' | 'crashed';
  readonly checks: readonly Check[];
}

const MAX_PROBLEMS = 20;

/** Collects the checks of one recording, in the order in which they are named first. */
export class Checks {
  readonly #checks = new Map<string, { extent: string; problems: string[]; problemCount: number }>();

  /** Says that something is looked at, even where nothing is wrong with it. */
  check(name: string, extent: string): void {
    const known = this.#checks.get(name);
    if (known === undefined) this.#checks.set(name, { extent, problems: [], problemCount: 0 });
    else known.extent = extent;
  }

  problem(name: string, what: string): void {
    if (!this.#checks.has(name)) this.check(name, '');
    const check = this.#checks.get(name)!;
    check.problemCount++;
    if (check.problems.length < MAX_PROBLEMS) check.problems.push(what);
  }

  report(path: string, format: string, state: VerifyReport['state']): VerifyReport {
    const checks = [...this.#checks].map(([name, check]) => ({
      name,
      ok: check.problemCount === 0,
      ...check,
    }));
    return { path, format, state, ok: checks.every(({ ok }) => ok), checks };
  }
}

/** `1 file`, `2 files`. */
export function counted(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
}
