import { isSimtapeError } from '../../errors.ts';
import { refusal } from '../compose/refuse.ts';
import { type Branch, branch, leaf, type Origin, put } from '../compose/tree.ts';
import { type RecorderConfig, type ResolvedConfig, resolveConfig } from '../recorder-config.ts';
import { BACKEND_KEYS, MODULE_KEYS } from './backend-keys.ts';
import { collect, type Given, moduleOptions } from './collect.ts';
import type { RecordKey } from './key.ts';
import type { Target } from './target.ts';

/** The group `record` as the recorder takes it. */
export interface MappedRecord {
  readonly recorder: RecorderConfig;
  /** All its keys with their values, those that nobody gave with their defaults. */
  readonly record: Branch;
}

/**
 * Makes the recorder's configuration of the group `record`; the tables of keys say which key sets which option.
 * @param elsewhere options that are given by their own names
 */
export function toRecorder(record: Branch, target: Target, elsewhere: readonly string[] = []): MappedRecord {
  const keys = target.kind === 'own' ? BACKEND_KEYS[target.name] : MODULE_KEYS;
  const given = collect(record, keys, target);
  const options: Record<string, unknown> = { backend: target.kind === 'own' ? target.name : target.url };
  if (target.kind === 'module') options.options = moduleOptions(record, target);
  for (const row of keys) {
    const byDefault = elsewhere.includes(row.option ?? '') ? undefined : row.byDefault;
    const found = given.has(row.key) ? given.get(row.key)!.value : byDefault;
    if (found === undefined || found === null) continue;
    if (row.option === null || !isOn(row, keys, given)) continue;
    const value = row.unit === undefined ? found : row.unit.to(found as number);
    setAt(options, row.option.split('.'), value);
  }
  const resolved = resolve(options, keys, given, record);
  return { recorder: options, record: filledIn(record, keys, given, resolved) };
}

/** Whether the switch of a key is on. */
function isOn({ onlyIf }: RecordKey, keys: readonly RecordKey[], given: Map<string, Given>): boolean {
  if (onlyIf === undefined) return true;
  const byDefault = keys.find(({ key }) => key === onlyIf)?.byDefault ?? true;
  return (given.get(onlyIf)?.value ?? byDefault) === true;
}

/** Lets the recorder itself look at its options, for what no key can see alone; its words go with the key's place. */
function resolve(
  options: Record<string, unknown>,
  keys: readonly RecordKey[],
  given: Map<string, Given>,
  record: Branch,
): ResolvedConfig {
  try {
    return resolveConfig(options);
  } catch (error) {
    if (!isSimtapeError(error, 'InvalidConfig')) throw error;
    const { key, value } = error.fields;
    const rows = keys.filter(({ option }) => option === key || option?.startsWith(`${key}.`));
    const row = rows.findLast((candidate) => given.has(candidate.key));
    const origin = row === undefined ? record.origin : given.get(row.key)!.origin;
    const why = error.message.slice(error.message.indexOf(': ') + 2);
    throw refusal(
      row === undefined ? key : `record.${row.key}`,
      row === undefined ? value : given.get(row.key)!.value,
      why,
      origin,
    );
  }
}

function filledIn(
  record: Branch,
  keys: readonly RecordKey[],
  given: Map<string, Given>,
  resolved: ResolvedConfig,
): Branch {
  const filled = branch(record.origin);
  for (const name of ['_target_', 'options']) {
    const tree = record.entries.get(name);
    if (tree !== undefined) filled.entries.set(name, tree);
  }
  for (const row of keys) {
    const found = given.get(row.key);
    const byDefault: Origin = { from: 'default' };
    const value =
      found === undefined ? leaf(defaultOf(row, resolved), byDefault) : leaf(found.value, found.origin);
    put(filled, row.key.split('.'), value);
  }
  return filled;
}

function defaultOf({ option, unit, byDefault }: RecordKey, resolved: ResolvedConfig): unknown {
  if (option === null) return byDefault;
  const value = option
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], resolved);
  if (value === undefined) return null;
  return unit === undefined ? value : unit.from(value as number);
}

function setAt(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = root;
  for (const name of path.slice(0, -1)) {
    at[name] ??= {};
    at = at[name] as Record<string, unknown>;
  }
  at[path.at(-1)!] = value;
}
