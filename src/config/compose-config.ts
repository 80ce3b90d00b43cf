import { applyOverrides, sortOverrides } from './compose/apply-overrides.ts';
import { type ConfigFiles, DefaultsLists } from './compose/defaults-list.ts';
import { interpolate } from './compose/interpolate.ts';
import { type Override, parseOverride } from './compose/override.ts';
import { nearest, refusal } from './compose/refuse.ts';
import { type Branch, branch, fromPlain, lookUp, merge, type Origin, toPlain } from './compose/tree.ts';
import { BACKEND_KEYS, MODULE_KEYS } from './record/backend-keys.ts';
import { applyEnvironment, chosenBackend, type Environment } from './record/environment.ts';
import { type ModuleBackends, targetOf } from './record/target.ts';
import { toRecorder } from './record/to-recorder.ts';
import type { RecorderConfig } from './recorder-config.ts';

/** What a configuration is composed of, lowest first. */
export interface ComposeOptions {
  readonly files: ConfigFiles;
  /** The main file, without `.yaml`. Default `config`. */
  readonly configName?: string | undefined;
  /** Environment variables: those of the recorder, and for `${oc.env:NAME}`. Default: none. */
  readonly environment?: Environment | undefined;
  /** Overrides in Hydra's notation, such as `record=hdf5` and `record.storage.chunk_size=500`. */
  readonly overrides?: readonly string[] | undefined;
  /** Values of the caller's own, in groups as in the files; they go over everything else. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** Backends of the caller's that `_target_` may name. */
  readonly backends?: ModuleBackends | undefined;
  /** Refuses groups other than `record`, for a caller who has no use for any. */
  readonly recordOnly?: boolean | undefined;
}

/** A composed configuration. */
export interface ComposedConfig {
  /** What `createRecorder` takes; `configuration` in it holds `values`, to be kept with the run. */
  readonly recorder: RecorderConfig;
  /** Everything that was composed, the keys of `record` that nobody gave with their defaults. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The same with where each value comes from. */
  readonly tree: Branch;
  /** What is set and means nothing here, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Composes a configuration: defaults, then files, the environment, overrides and values of the caller's own.
 *
 * @throws `InvalidConfig` with the key, its value, where it stands (file and line), what is allowed, and the nearest name
 */
export function composeConfig(options: ComposeOptions): ComposedConfig {
  const { files, configName = 'config', environment = {}, values = {}, backends = {} } = options;
  const overrides = (options.overrides ?? []).map(parseOverride);
  const { choices, additions, values: changes } = sortOverrides(overrides, files);
  const asked = chosenBackend(environment);
  if (asked !== null && !choices.has('record')) {
    choices.set('record', { option: asked.text, origin: { from: 'environment', name: asked.name } });
  }
  const root = new DefaultsLists(files, choices, additions).compose(configName);
  const code = fromPlain(values, { from: 'code' }) as Branch;
  const notes = putEnvironment(root, changes, code, environment, backends);
  applyOverrides(root, changes, isRecordKey);
  const composed = interpolate(merge(root, code), environment);
  if (options.recordOnly === true) refuseOthers(composed);

  const record = recordOf(composed);
  const mapped = toRecorder(record, targetOf(record, backends));
  const tree = branch(composed.origin, composed.entries);
  tree.entries.set('record', mapped.record);
  const plain = toPlain(tree) as Record<string, unknown>;
  return { recorder: { ...mapped.recorder, configuration: plain }, values: plain, tree, notes };
}

/** Puts the environment over the files. Which variables count depends on the backend, which what comes later may change. */
function putEnvironment(
  root: Branch,
  changes: readonly Override[],
  code: Branch,
  environment: Environment,
  backends: ModuleBackends,
): string[] {
  const preview = merge(branch(root.origin), root);
  const targets = changes.filter(({ key }) => key === 'record' || key === 'record._target_');
  // The preview is a tree of its own, as overrides change groups in place.
  const copy = structuredClone(preview);
  applyOverrides(copy, targets, isRecordKey);
  const target = targetOf(recordOf(interpolateTarget(merge(copy, code), environment)), backends);
  const record = lookUp(root, ['record']);
  if (record?.kind === 'branch') return applyEnvironment(record, target, environment);
  return [];
}

/** Only `_target_` is looked at: other values may refer to what is not there yet. */
function interpolateTarget(root: Branch, environment: Environment): Branch {
  const record = lookUp(root, ['record']);
  const target = lookUp(root, ['record', '_target_']);
  if (record?.kind !== 'branch' || target === undefined) return root;
  if (target.kind === 'leaf' && !String(target.value).includes('${')) return root;
  return interpolate(root, environment);
}

function recordOf(root: Branch): Branch {
  const record = root.entries.get('record');
  if (record?.kind === 'branch') return record;
  const why =
    'takes a group with _target_; choose one: record=parquet, record=hdf5, record=sqlite, record=none';
  throw refusal('record', record?.value, why, record?.origin ?? root.origin);
}

function isRecordKey(key: string): boolean {
  if (!key.startsWith('record.')) return false;
  const name = key.slice('record.'.length);
  if (name === '_target_' || name.startsWith('options.')) return true;
  // Whether it is a key of the backend is seen later, and told better.
  return [...Object.values(BACKEND_KEYS), MODULE_KEYS]
    .flat()
    .some((row) => row.key === name || row.key.startsWith(`${name}.`) || name.startsWith(`${row.key}.`));
}

function refuseOthers(root: Branch): void {
  for (const [name, tree] of root.entries) {
    if (name === 'record') continue;
    const origin: Origin =
      tree.kind === 'branch' ? (tree.entries.values().next().value?.origin ?? tree.origin) : tree.origin;
    const hint = nearest(name, ['record']) === null ? '' : 'did you mean record? ';
    throw refusal(name, toPlain(tree), `there is no such key; ${hint}the configuration takes record`, origin);
  }
}
