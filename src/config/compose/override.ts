import { refusal } from './refuse.ts';
import { fromPlain, type Origin, type Tree } from './tree.ts';
import { exactValue, yamlDocument } from './yaml-values.ts';

/** One override in Hydra's notation. */
export interface Override {
  /** `key=value` changes, `+key=value` adds, `++key=value` does either, `~key` removes. */
  readonly action: 'change' | 'add' | 'force' | 'remove';
  readonly key: string;
  /** Null for `~key` without a value. */
  readonly value: Tree | null;
  /** The value as it was written. */
  readonly text: string;
  readonly origin: Origin;
}

const ACTIONS = { '': 'change', '+': 'add', '++': 'force', '~': 'remove' } as const;

/**
 * Reads `key=value`, `+key=value`, `++key=value` and `~key`. Values are YAML, and so numbers, booleans, null, quoted
 * text, `[lists]` and `{ groups }`.
 */
export function parseOverride(written: string): Override {
  const origin: Origin = { from: 'command line', text: written };
  const match = written.match(/^(\+\+|\+|~|)([A-Za-z_][\w./@-]*)(?:=(.*))?$/s);
  const action = ACTIONS[(match?.[1] ?? '') as keyof typeof ACTIONS];
  const text = match?.[3];
  if (match === null || (text === undefined && action !== 'remove')) {
    const why = 'an override is key=value, +key=value to add, ++key=value for either, or ~key to remove';
    throw refusal(written, undefined, why, origin);
  }
  const key = match[2]!;
  return {
    action,
    key,
    text: text ?? '',
    origin,
    value: text === undefined ? null : parseValue(key, text, origin),
  };
}

function parseValue(key: string, text: string, origin: Origin): Tree {
  if (text === '') return fromPlain('', origin);
  // Interpolations are text to YAML only where they are no part of a list or group.
  if (text.startsWith('${')) return fromPlain(text, origin);
  const document = yamlDocument(text);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw refusal(key, text, `is no YAML: ${problem.message}`, origin);
  return fromPlain(exactValue(document.toJS()), origin);
}
