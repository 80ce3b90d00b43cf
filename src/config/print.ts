import { stringify } from 'yaml';
import { describeOrigin, type Tree } from './compose/tree.ts';
import type { ComposedConfig } from './compose-config.ts';

/** A composed configuration as YAML, each value with where it comes from; it can be a configuration file itself. */
export function describeConfig({ tree, notes }: Pick<ComposedConfig, 'tree' | 'notes'>): string {
  const lines = linesOf(tree, 0);
  const width = Math.min(72, Math.max(...lines.map(([text, origin]) => (origin === null ? 0 : text.length))));
  const values = lines.map(([text, origin]) =>
    origin === null ? text : `${text.padEnd(width)}  # ${origin}`,
  );
  return [...values, ...notes.map((note) => `# ${note}`)].join('\n');
}

function linesOf(tree: Tree, depth: number): [text: string, origin: string | null][] {
  if (tree.kind === 'leaf') return [];
  return [...tree.entries].flatMap(([key, part]): [string, string | null][] => {
    const name = `${'  '.repeat(depth)}${inline(key)}:`;
    if (part.kind === 'leaf') return [[`${name} ${inline(part.value)}`, describeOrigin(part.origin)]];
    if (part.entries.size === 0) return [[`${name} {}`, describeOrigin(part.origin)]];
    return [[name, null], ...linesOf(part, depth + 1)];
  });
}

function inline(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
}

/** The origin of each value, by its key: `record.storage.base_directory`. */
export function originsOf({ tree }: Pick<ComposedConfig, 'tree'>): Record<string, string> {
  const origins: Record<string, string> = {};
  const walk = (at: Tree, path: readonly string[]): void => {
    if (at.kind === 'leaf') origins[path.join('.')] = describeOrigin(at.origin);
    else for (const [key, part] of at.entries) walk(part, [...path, key]);
  };
  walk(tree, []);
  return origins;
}
