import { isBackendName } from '../backends/names.ts';
import { didYouMean, refusal } from '../config/compose/refuse.ts';
import { type Branch, branch, fromPlain, leaf, put } from '../config/compose/tree.ts';
import { BACKEND_KEYS, MODULE_KEYS } from '../config/record/backend-keys.ts';
import type { RecordKey } from '../config/record/key.ts';
import type { Target } from '../config/record/target.ts';
import { toRecorder } from '../config/record/to-recorder.ts';
import { OPTION_NAMES, type RecorderConfig } from '../config/recorder-config.ts';
import type { BackendRegistry } from './registry.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Short names of keys of the configuration files, by their places there. */
const ALIASES: Readonly<Record<string, string>> = {
  output_dir: 'storage.base_directory',
  buffer_size: 'performance.buffer.max_records',
  flush_interval: 'performance.buffer.flush_interval_seconds',
  compression: 'storage.compression',
};

/**
 * Makes the recorder's configuration of the flat form: `{ backend, output_dir, buffer_size, compression, ... }`. A key is
 * an alias, the last part or parts of a key of the configuration files (`chunk_size`, `buffer: { max_records }`), an
 * option of `createRecorder` by its own name (`flushIntervalMs`), or what a registered backend has declared.
 *
 * @throws `InvalidConfig` for unknown keys with the nearest name, wrong values, and what is given twice;
 *   `BackendUnavailable` for an unknown backend
 */
export function flatConfig(config: Plain, registry: BackendRegistry): RecorderConfig {
  const { backend = 'sqlite' } = config;
  if (!registry.isKnown(backend)) throw registry.unknown(backend);
  const target = targetOf(backend, registry);
  const keys = target.kind === 'own' ? BACKEND_KEYS[target.name] : MODULE_KEYS;
  const declared = registry.find(backend)?.keys ?? [];
  const record = branch({ from: 'code' });
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (key === 'backend' || value === undefined) continue;
    const origin = { from: 'code', key } as const;
    if (key === 'options' && target.kind === 'module') putAll(record, ['options'], value, key);
    else if (declared.includes(key)) put(record, ['options', key], leaf(value, origin));
    else if (OPTION_NAMES.includes(key)) options[key] = value;
    else {
      const place = placeOf(key, value, keys);
      if (place === null) throw unknown(key, value, [...declared, ...namesOf(keys)]);
      putAll(record, place.split('.'), value, key);
    }
  }
  const { recorder } = toRecorder(record, target, Object.keys(options));
  // An object is its own name.
  const made = typeof backend === 'object' ? { ...recorder, backend } : recorder;
  return united(made as Plain, options, '') as RecorderConfig;
}

function targetOf(backend: unknown, registry: BackendRegistry): Target {
  if (isBackendName(backend)) return { kind: 'own', name: backend };
  const options = registry.find(backend)?.options;
  const checks = options === undefined ? null : { url: String(backend), options };
  return { kind: 'module', url: String(backend), checks };
}

/** Where a short name stands in a configuration file; null where there is no such key. */
function placeOf(key: string, value: unknown, keys: readonly RecordKey[]): string | null {
  if (key === 'compression_level') {
    return keys.some((known) => known.key === 'storage.compression_opts')
      ? 'storage.compression_opts'
      : 'storage.compression.level';
  }
  if (key === 'async_io' && typeof value === 'boolean') return 'performance.async_io.enabled';
  if (Object.hasOwn(ALIASES, key)) return ALIASES[key]!;
  const all = [keys, ...Object.values(BACKEND_KEYS)];
  // What another backend has gets its place too, where it is refused by the name of those that have it.
  for (const table of all) {
    for (const known of table) {
      const dotted = `.${known.key}.`;
      const at = dotted.indexOf(`.${key}.`);
      if (at >= 0) return known.key.slice(0, at + key.length);
    }
  }
  return null;
}

/** All names that a flat configuration may use. */
function namesOf(keys: readonly RecordKey[]): string[] {
  const parts = keys.flatMap(({ key }) => key.split('.'));
  return [...new Set([...Object.keys(ALIASES), 'compression_level', ...OPTION_NAMES, ...parts])];
}

function unknown(key: string, value: unknown, names: readonly string[]): Error {
  return refusal(
    key,
    value,
    `there is no such key; ${didYouMean(key, names)}a backend of your own declares its keys: registerBackend(name, backend, { keys: [...] })`,
    { from: 'code' },
  );
}

/** Puts a value, or the parts of a group, where they belong. */
function putAll(record: Branch, place: readonly string[], value: unknown, key: string): void {
  const tree = fromPlain(value, { from: 'code', key });
  if (tree.kind === 'leaf') put(record, place, tree);
  else {
    for (const [name, part] of Object.entries(value as Plain)) {
      putAll(record, [...place, name], part, `${key}.${name}`);
    }
  }
}

/** Options that were given by two kinds of names, as one. */
function united(mapped: Plain, named: Plain, path: string): Plain {
  const all: Record<string, unknown> = { ...mapped };
  for (const [key, value] of Object.entries(named)) {
    const other = mapped[key];
    const isGroup = isPlain(other) && isPlain(value);
    if (other !== undefined && !isGroup) {
      const why = 'it is given by another name too: give it once';
      throw refusal(`${path}${key}`, value, why, { from: 'code' });
    }
    all[key] = isGroup ? united(other, value, `${path}${key}.`) : value;
  }
  return all;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
