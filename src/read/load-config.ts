import { type ComposedConfig, type ComposeOptions, composeConfig } from '../config/compose-config.ts';
import { configFiles } from './config-files.ts';

/** Where a configuration is loaded from; simtape's own files come last in any case. */
export interface LoadOptions extends Omit<ComposeOptions, 'files'> {
  /** Folders with configuration files, the first that has a file first. */
  readonly configDirs?: readonly string[] | undefined;
}

/**
 * Composes a configuration of files, the environment of the process, overrides and values of the caller's own, in
 * this order.
 *
 * @example
 * const { recorder } = loadConfig({ overrides: ['record=sqlite', 'record.storage.batch_size=200'] });
 * await using recording = await createRecorder(recorder);
 * @throws `InvalidConfig` with the key, its value, where it stands (file and line), what is allowed, and the nearest name
 */
export function loadConfig({ configDirs = [], ...options }: LoadOptions = {}): ComposedConfig {
  return composeConfig({ environment: process.env, ...options, files: configFiles(configDirs) });
}
