import { SimtapeError, show } from '../../errors.ts';

/** What a file's name says. */
export interface NameValues {
  readonly run_id?: string | undefined;
  readonly episode_id?: number | undefined;
  readonly table?: string | undefined;
  readonly part?: number | undefined;
}

export type Placeholder = keyof NameValues;

const PLACEHOLDER = /\{([a-z_]+)(?::0(\d{1,2})d)?\}/g;
const MATCHES: Record<Placeholder, string> = {
  run_id: '[A-Za-z0-9][A-Za-z0-9._-]*',
  episode_id: '\\d+',
  table: '[A-Za-z_][A-Za-z0-9_]*',
  part: '\\d+',
};
const PART_DIGITS = 6;

/** A name of files with placeholders as Python's `format` has them: `trajectory_ep_{episode_id:06d}.parquet`. */
export class NamePattern {
  readonly text: string;
  readonly #known: ReadonlySet<string>;
  readonly #matcher: RegExp;

  /** @throws `InvalidConfig` for a placeholder that is not known. */
  constructor(text: string) {
    const problem = patternProblem(text, Object.keys(MATCHES) as Placeholder[]);
    if (problem !== null) {
      throw new SimtapeError('InvalidConfig', `the file pattern ${show(text)} ${problem}`, {
        key: 'filePatterns',
        value: text,
      });
    }
    this.text = text;
    this.#known = placeholdersOf(text);
    this.#matcher = matcherOf(text, this.has('part'));
  }

  has(placeholder: Placeholder): boolean {
    return this.#known.has(placeholder);
  }

  /** The name; of a part beyond the first, where the pattern names no `{part}`, with its number at the end. */
  format(values: NameValues): string {
    const name = this.text.replaceAll(PLACEHOLDER, (_, placeholder: Placeholder, digits?: string) =>
      String(values[placeholder] ?? '').padStart(Number(digits ?? 0), '0'),
    );
    const { part = 1 } = values;
    if (part === 1 || this.has('part')) return name;
    return name.replace(/(?=\.[^.]*$)/, `-${String(part).padStart(PART_DIGITS, '0')}`);
  }

  /** What a name says, or null for one that the pattern does not make. */
  parse(name: string): NameValues | null {
    const groups = this.#matcher.exec(name)?.groups;
    if (groups === undefined) return null;
    const { run_id, episode_id, table, part, later } = groups;
    const values: NameValues = {
      run_id,
      table,
      episode_id: episode_id === undefined ? undefined : Number(episode_id),
      part: Number(part ?? later ?? 1),
    };
    // Only what this pattern writes: `ep_1` is not what `ep_{episode_id:06d}` makes of 1.
    return this.format(values) === name ? values : null;
  }
}

/** What is wrong with a pattern that may have these placeholders, or null. */
export function patternProblem(text: string, allowed: readonly Placeholder[]): string | null {
  if (!/^[^./\\][^/\\]*\.parquet$/.test(text)) {
    return 'must be the name of a .parquet file, without folders and without a dot in front';
  }
  for (const name of placeholdersOf(text)) {
    if (!(allowed as readonly string[]).includes(name)) {
      return `has {${name}}; it takes ${allowed.map((placeholder) => `{${placeholder}}`).join(', ') || 'no placeholders'}`;
    }
  }
  return /[{}]/.test(text.replaceAll(PLACEHOLDER, '')) ? 'has a brace that belongs to no placeholder' : null;
}

function placeholdersOf(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(PLACEHOLDER), ([, name]) => name!));
}

function matcherOf(text: string, numbered: boolean): RegExp {
  const seen = new Set<string>();
  const pieces = text.split(/(\{[^}]*\})/).map((piece) => {
    const name = /^\{([a-z_]+)/.exec(piece)?.[1] as Placeholder | undefined;
    if (name === undefined) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    return `(?<${name}>${MATCHES[name]})`;
  });
  const source = pieces.join('');
  const later = numbered ? source : source.replace(/(?=\\\.[^.]*$)/, '(?:-(?<later>\\d+))?');
  return new RegExp(`^${later}$`);
}
