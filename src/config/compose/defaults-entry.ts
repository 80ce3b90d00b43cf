import { refusal } from './refuse.ts';
import type { Origin } from './tree.ts';

/** An entry of a defaults list. */
export type DefaultsEntry =
  | { readonly kind: 'self' }
  | { readonly kind: 'config'; readonly name: string; readonly optional: boolean; readonly origin: Origin }
  | {
      readonly kind: 'group';
      readonly group: string;
      /** Where the group's values go, where that is said. */
      readonly packageName: string | null;
      /** Which of the group's files; none for null. */
      readonly options: readonly string[];
      readonly optional: boolean;
      /** Whether it changes the choice of a group that is in another list, and adds none. */
      readonly isOverride: boolean;
      readonly origin: Origin;
    };

const FORMS =
  'takes _self_, the name of a file, group: name, optional group: name, override group: name, or group: null';

/** Reads `_self_`, `file`, `group: option`, `group@package: option`, `optional ...` and `override ...`. */
export function readEntry(value: unknown, origin: Origin): DefaultsEntry {
  if (value === '_self_') return { kind: 'self' };
  if (typeof value === 'string') return { kind: 'config', name: value, optional: false, origin };
  const [pair, ...more] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (pair === undefined || more.length > 0) throw refusal('defaults', value, FORMS, origin);
  const words = pair[0].trim().split(/\s+/);
  const name = words.pop()!;
  const unknown = words.find((word) => word !== 'optional' && word !== 'override');
  const [group = '', packageName = null] = name.split('@');
  const options: unknown[] = Array.isArray(pair[1]) ? pair[1] : pair[1] === null ? [] : [pair[1]];
  const named = options.every((option) => typeof option === 'string');
  if (unknown !== undefined || group === '' || !named) throw refusal('defaults', value, FORMS, origin);
  return {
    kind: 'group',
    group,
    packageName,
    options: options as string[],
    optional: words.includes('optional'),
    isOverride: words.includes('override'),
    origin,
  };
}
