import { bigintsAsNumbers } from '../../backends/exact-json.ts';
import type { Addition, Choice, ConfigFiles } from './defaults-list.ts';
import type { Override } from './override.ts';
import { didYouMean, refusal } from './refuse.ts';
import { type Branch, lookUp, put, remove, type Tree, toPlain } from './tree.ts';

/** Overrides, apart: those that choose files, and those that set values. */
export interface SortedOverrides {
  readonly choices: Map<string, Choice>;
  readonly additions: Addition[];
  readonly values: Override[];
}

/** `group=option` chooses a file where there is a group of that name; everything else sets a value. */
export function sortOverrides(overrides: readonly Override[], files: ConfigFiles): SortedOverrides {
  const sorted: SortedOverrides = { choices: new Map(), additions: [], values: [] };
  for (const override of overrides) {
    const { action, key, value, text, origin } = override;
    const isGroup = !key.includes('.') && files.options(key).length > 0;
    // A group is given values by a group of values: record={_target_: ...}.
    if (!isGroup || value?.kind === 'branch') {
      if (/[@/]/.test(key)) {
        throw refusal(
          key,
          text,
          `there is no such group${isGroup ? '; a group takes the name of a file' : ''}`,
          origin,
        );
      }
      sorted.values.push(override);
    } else if (action === 'remove') sorted.choices.set(key, { option: null, origin });
    else {
      const option = value?.value === null ? null : text;
      if (action === 'add') sorted.additions.push({ group: key, option, origin });
      else sorted.choices.set(key, { option, origin });
    }
  }
  return sorted;
}

/**
 * Sets values, in order.
 * @param isKnown whether a key that no file has may be set all the same
 */
export function applyOverrides(
  root: Branch,
  overrides: readonly Override[],
  isKnown: (key: string) => boolean,
): void {
  for (const { action, key, value, text, origin } of overrides) {
    const path = key.split('.');
    const found = lookUp(root, path);
    if (action === 'remove') {
      if (found === undefined) throw missing(root, path, text, origin);
      if (value !== null && jsonOf(value) !== jsonOf(found)) {
        throw refusal(key, toPlain(found), `is not ${text}, and so is not removed`, origin);
      }
      remove(root, path);
      continue;
    }
    if (action === 'change' && found === undefined && !isKnown(key)) throw missing(root, path, text, origin);
    if (action === 'add' && found !== undefined) {
      throw refusal(
        key,
        toPlain(found),
        `is there already: ${key}=${text} changes it, ++${key}=${text} does either`,
        origin,
      );
    }
    put(root, path, value!);
  }
}

function missing(root: Branch, path: readonly string[], text: string, origin: Override['origin']): Error {
  const key = path.join('.');
  let depth = 0;
  while (lookUp(root, path.slice(0, depth + 1))?.kind === 'branch') depth++;
  const group = lookUp(root, path.slice(0, depth)) as Branch;
  const place = path
    .slice(0, depth)
    .map((name) => `${name}.`)
    .join('');
  const known = [...group.entries.keys()];
  const near = didYouMean(path[depth]!, known).replace('mean ', `mean ${place}`);
  const there = `${place === '' ? 'the configuration' : place.slice(0, -1)} has ${known.join(', ')}`;
  return refusal(key, text, `there is no such key; ${near}${there}; +${key}=... adds one`, origin);
}

function jsonOf(tree: Tree): string | undefined {
  return JSON.stringify(toPlain(tree), bigintsAsNumbers);
}
