import type * as z from 'zod';
import { didYouMean, nearest, refusal } from '../compose/refuse.ts';
import { type Branch, branch, leaf, type Origin, put, type Tree, toPlain } from '../compose/tree.ts';
import { BACKEND_KEYS, NO_SUCH_KEYS } from './backend-keys.ts';
import type { RecordKey } from './key.ts';
import type { Target } from './target.ts';
import { nameOf } from './target.ts';

/** A value that is of the type that its key takes. */
export interface Given {
  readonly value: unknown;
  readonly origin: Origin;
}

/**
 * Checks the group `record` against the keys that there are.
 *
 * @returns what is given, by key; null stands for the default
 * @throws `InvalidConfig` for unknown keys, wrong types and impossible values
 */
export function collect(record: Branch, keys: readonly RecordKey[], target: Target): Map<string, Given> {
  const given = new Map<string, Given>();
  const walk = (at: Branch, prefix: string): void => {
    for (const [name, tree] of at.entries) {
      const key = prefix + name;
      if (key === '_target_' || (key === 'options' && target.kind === 'module')) continue;
      const known = keys.find((candidate) => candidate.key === key);
      if (known !== undefined) take(known, tree);
      else if (!keys.some((candidate) => candidate.key.startsWith(`${key}.`))) {
        throw unknownKey(prefix, name, tree, keys, target);
      } else if (tree.kind === 'branch') walk(tree, `${key}.`);
      else
        throw refusal(
          `record.${key}`,
          tree.value,
          `is a group of ${namesBelow(`${key}.`, keys).join(', ')}`,
          tree.origin,
        );
    }
  };
  const take = (known: RecordKey, tree: Tree): void => {
    const { origin } = tree;
    const value = toPlain(tree);
    if (value === null && known.nullable === true) {
      given.set(known.key, { value, origin });
      return;
    }
    const parsed = parse(known.takes, tree, value);
    if (parsed.success) given.set(known.key, { value: parsed.data, origin });
    else {
      const [issue] = parsed.error.issues;
      throw refusal(['record', known.key, ...issue!.path].join('.'), value, issue!.message, origin);
    }
  };
  walk(shorthand(record, keys), '');
  return given;
}

/** Text of the environment stands for numbers and booleans too. */
function parse(schema: z.ZodType, tree: Tree, value: unknown): z.ZodSafeParseResult<unknown> {
  const parsed = schema.safeParse(value);
  if (parsed.success || tree.kind === 'branch' || !('decoded' in tree)) return parsed;
  const decoded = schema.safeParse(tree.decoded);
  return decoded.success ? decoded : parsed;
}

/** `compression: gzip` is short for `compression: { algorithm: gzip }` where that is a group. */
function shorthand(record: Branch, keys: readonly RecordKey[]): Branch {
  const storage = record.entries.get('storage');
  const compression = storage?.kind === 'branch' ? storage.entries.get('compression') : undefined;
  const isGroup = keys.some(({ key }) => key === 'storage.compression.algorithm');
  if (!isGroup || storage?.kind !== 'branch' || compression?.kind !== 'leaf') return record;
  if (typeof compression.value !== 'string') return record;
  const changed = branch(record.origin, record.entries);
  changed.entries.set('storage', branch(storage.origin, storage.entries));
  put(changed, ['storage', 'compression'], branch(compression.origin, [['algorithm', { ...compression }]]));
  return changed;
}

/** Names of the keys and groups below a place. */
function namesBelow(prefix: string, keys: readonly RecordKey[]): string[] {
  const below = keys.filter(({ key }) => key.startsWith(prefix));
  return [...new Set(below.map(({ key }) => key.slice(prefix.length).split('.')[0]!))];
}

function unknownKey(
  prefix: string,
  name: string,
  tree: Tree,
  keys: readonly RecordKey[],
  target: Target,
): Error {
  const key = prefix + name;
  const full = `record.${key}`;
  const value = toPlain(tree);
  const backend = nameOf(target);
  const reason = Object.hasOwn(NO_SUCH_KEYS, key) ? NO_SUCH_KEYS[key] : undefined;
  if (reason !== undefined) return refusal(full, value, reason, tree.origin);
  const others = Object.entries(BACKEND_KEYS).filter(([, theirs]) =>
    theirs.some((candidate) => candidate.key === key || candidate.key.startsWith(`${key}.`)),
  );
  if (others.length > 0) {
    const owners = others.map(([other]) => `record=${other}`).join(', ');
    return refusal(full, value, `the backend ${backend} has no such key; it is for ${owners}`, tree.origin);
  }
  const siblings = namesBelow(prefix, keys);
  // A key that stands in the wrong group is named with its place.
  const elsewhere =
    nearest(name, siblings) === null ? keys.find((known) => known.key.endsWith(`.${name}`)) : undefined;
  const hint =
    elsewhere === undefined ? didYouMean(name, siblings) : `did you mean record.${elsewhere.key}? `;
  const group = `record${prefix === '' ? '' : `.${prefix.slice(0, -1)}`}`;
  const own = prefix === '' && target.kind === 'module' ? ['options', ...siblings] : siblings;
  return refusal(full, value, `there is no such key; ${hint}${group} takes ${own.join(', ')}`, tree.origin);
}

/** What stands under `options` for a backend of the user's, checked by the schema that it comes with. */
export function moduleOptions(record: Branch, target: Target & { kind: 'module' }): Record<string, unknown> {
  const tree = record.entries.get('options') ?? branch(record.origin);
  if (tree.kind === 'leaf') {
    if (tree.value === null) return {};
    throw refusal('record.options', tree.value, 'takes a group', tree.origin);
  }
  const parsed = target.checks?.options?.safeParse(toPlain(tree));
  if (parsed === undefined) return toPlain(tree) as Record<string, unknown>;
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const { path, message } = parsed.error.issues[0]!;
  let at: Tree = tree;
  for (const part of path) {
    const next: Tree | undefined = at.kind === 'branch' ? at.entries.get(String(part)) : undefined;
    if (next === undefined) break;
    at = next;
  }
  const found = at === tree ? leaf(undefined, tree.origin) : at;
  throw refusal(['record.options', ...path.map(String)].join('.'), toPlain(found), message, at.origin);
}
