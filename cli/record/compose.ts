import { type BackendName, isBackendName } from '../../src/backends/names.ts';
import { type ComposedConfig, loadConfig } from '../../src/config/index.ts';
import { isSimtapeError } from '../../src/errors.ts';
import { describe, UsageError } from '../problems.ts';
import { backendFor } from './backend.ts';

/** The options of `simtape record` that say how to record. */
export interface ConfigFlags {
  readonly backend?: BackendName | undefined;
  readonly out?: string | undefined;
  readonly path?: string | undefined;
  readonly configDir?: string | undefined;
  readonly configName?: string | undefined;
}

/** Which option of the command line stands for which key. Where nothing is recorded there is no place for it. */
const PLACE_KEYS: Readonly<Record<string, string | null>> = { sqlite: 'storage.database_path', none: null };

/**
 * Composes the configuration of a recording. `--backend`, `--out` and `--path` are overrides of keys.
 *
 * @throws `UsageError` that says which value stands where, and what is allowed
 */
export function composeFor(flags: ConfigFlags, overrides: readonly string[]): ComposedConfig {
  const stray = overrides.find((word) => !/^~|=/.test(word));
  if (stray !== undefined) {
    throw new UsageError(`too many arguments: ${stray}; what is to be configured is key=value`);
  }
  const chosen = overrides.findLast((word) => word.startsWith('record='));
  if (flags.backend !== undefined && chosen !== undefined) {
    throw new UsageError(`--backend ${flags.backend} and ${chosen} exclude each other`);
  }
  const named = flags.backend ?? asBackend(chosen?.slice('record='.length));
  const backend = backendFor(named, flags.path);
  // The path of a file chooses its backend; that of a folder leaves it to the files and the environment.
  const choice = flags.backend ?? (chosen === undefined && backend !== 'parquet' ? backend : undefined);
  const choices = choice === undefined ? [] : [`record=${choice}`];
  try {
    const load = (more: readonly string[]) =>
      loadConfig({
        configDirs: flags.configDir === undefined ? [] : [flags.configDir],
        configName: flags.configName,
        overrides: [...choices, ...more, ...overrides],
        recordOnly: true,
      });
    if (flags.out === undefined && flags.path === undefined) return load([]);
    return load(places(flags, String(load([]).recorder.backend)));
  } catch (error) {
    if (isSimtapeError(error, 'InvalidConfig')) throw new UsageError(describe(error));
    throw error;
  }
}

/** `--out` and `--path` as overrides. */
function places({ out, path }: ConfigFlags, backend: string): string[] {
  const key = Object.hasOwn(PLACE_KEYS, backend) ? PLACE_KEYS[backend]! : 'storage.path';
  if (key === null) return [];
  if (path !== undefined) {
    // A folder that is typed and missing is most likely misspelt.
    const asTyped = backend === 'sqlite' ? ['++record.storage.make_folders=false'] : [];
    return [`++record.${key}=${JSON.stringify(path)}`, ...asTyped];
  }
  const folder = `record.storage.base_directory=${JSON.stringify(out)}`;
  // A folder for recordings takes one that names no file.
  const own = backend === 'sqlite' ? [`++record.${key}=null`] : [];
  return backend === 'hdf5'
    ? [folder, `record.storage.file_path="{base_directory}/{run_id}.h5"`]
    : [folder, ...own];
}

function asBackend(name: string | undefined): BackendName | undefined {
  return isBackendName(name) ? name : undefined;
}
