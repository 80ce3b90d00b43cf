import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { BackendConfig } from '../backend.ts';
import { cannotOpen } from '../cannot-open.ts';
import { makeFolder } from '../make-folder.ts';
import { placeRun } from './directory-template.ts';
import { MANIFEST_NAME } from './manifest.ts';
import type { ParquetOptions } from './options.ts';

/** Where a run is recorded to. */
export interface RunPlace {
  readonly folder: string;
  readonly episodesFolder: string;
}

/** The folder that `path` names, or the one that the template makes of `directory` and the run's id. */
export function runPlace(config: BackendConfig, options: ParquetOptions, runId: string): RunPlace {
  const place = placeRun(options.directoryTemplate, config.directory, runId);
  return { ...place, folder: resolve(config.path ?? place.folder) };
}

/**
 * Makes the folder of a new run. One that is there must be empty.
 * @throws `CannotOpen`
 */
export function makeRunFolder(folder: string): void {
  try {
    makeFolder(dirname(folder));
    mkdirSync(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw cannotOpen(folder, `the folder cannot be made (${message})`, 'choose another', cause);
    refuseFull(folder);
  }
}

function refuseFull(folder: string): void {
  if (!statSync(folder).isDirectory()) {
    throw cannotOpen(folder, 'it is not a folder', 'choose another path');
  }
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    throw cannotOpen(folder, (cause as Error).message, 'choose another', cause);
  }
  if (names.includes(MANIFEST_NAME)) {
    throw cannotOpen(folder, 'it holds a run already', 'choose another runId or path');
  }
  if (names.length > 0) {
    throw cannotOpen(folder, 'it is not empty', 'choose another path, or one that is not there yet');
  }
}

/** Undoes {@link makeRunFolder}, where the run could not be started in it. */
export function removeRunFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it: better left than deleted.
  }
}

/** Deletes folders that have become empty. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
    } catch {
      // Not there, or not ours to delete.
    }
  }
}
