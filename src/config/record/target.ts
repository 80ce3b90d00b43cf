import type { BackendName } from '../../backends/names.ts';
import { isModuleUrl } from '../../backends/names.ts';
import { didYouMean, refusal } from '../compose/refuse.ts';
import { type Branch, lookUp } from '../compose/tree.ts';

/** A backend of the user's that a configuration may name. */
export interface ModuleBackend {
  /** URL of the module; its default export makes the backend. */
  readonly url: string | URL;
  /** Checks what stands under `options`: any schema of zod, or of another library with `safeParse`. */
  readonly options?: {
    safeParse(value: unknown):
      | { success: true; data: unknown }
      | {
          success: false;
          error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] };
        };
  };
}

/** Backends of the user’s by the names that `_target_` gives them. */
export type ModuleBackends = Readonly<Record<string, ModuleBackend>>;

/** What `_target_` names. */
export type Target =
  | { readonly kind: 'own'; readonly name: BackendName }
  | { readonly kind: 'module'; readonly url: string; readonly checks: ModuleBackend | null };

const RECORDERS: Readonly<Record<string, BackendName>> = {
  ParquetRecorder: 'parquet',
  HDF5Recorder: 'hdf5',
  SQLiteRecorder: 'sqlite',
  NullRecorder: 'none',
};

/** Our names, and the specification's. */
const PREFIXES = ['simtape.', 'plume_nav_sim.recording.backends.', ''];

const NAMES: ReadonlyMap<string, BackendName> = new Map(
  PREFIXES.flatMap((prefix) =>
    Object.entries(RECORDERS).map(([name, backend]): [string, BackendName] => [prefix + name, backend]),
  ),
);

/** Finds out which backend the group `record` is for. */
export function targetOf(record: Branch, modules: ModuleBackends): Target {
  const found = lookUp(record, ['_target_']);
  const value = found?.kind === 'leaf' ? found.value : undefined;
  const origin = found?.origin ?? record.origin;
  const known = [...NAMES.keys()].filter((name) => name.startsWith('simtape.'));
  const names = [...known, ...Object.keys(modules)];
  const there = `takes ${names.join(', ')}, a name of plume_nav_sim.recording.backends, or the URL of a module`;
  if (typeof value !== 'string') throw refusal('record._target_', value, there, origin);
  const name = NAMES.get(value);
  if (name !== undefined) return { kind: 'own', name };
  const module = Object.hasOwn(modules, value) ? modules[value]! : null;
  if (module !== null) return { kind: 'module', url: String(module.url), checks: module };
  if (isModuleUrl(value)) return { kind: 'module', url: value, checks: null };
  throw refusal(
    'record._target_',
    value,
    `there is no such recorder; ${didYouMean(value, [...NAMES.keys(), ...names])}it ${there}`,
    origin,
  );
}

/** A backend as a sentence has it. */
export function nameOf(target: Target): string {
  return target.kind === 'own' ? target.name : target.url;
}
