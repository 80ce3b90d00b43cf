import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SimtapeError } from '../../errors.ts';
import type { BackendConfig } from '../backend.ts';
import { makeFolder } from '../make-folder.ts';
import { cannotOpen } from '../parquet/run-folder.ts';
import type { Hdf5Options } from './options.ts';

/** The file of a run: the one that was named, or the one that the template makes of the folder and the run's id. */
export function filePlace(
  { path, directory }: BackendConfig,
  { filePath }: Hdf5Options,
  runId: string,
): string {
  return resolve(path ?? filePath.replaceAll('{base_directory}', directory).replaceAll('{run_id}', runId));
}

/** The folder of a file's journal, which is there while the run goes on. */
export function journalFolder(path: string): string {
  return `${path}.journal`;
}

/**
 * Makes ready for a new file.
 * @throws `CannotOpen` where there is something already
 */
export function prepareFile(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (cause) {
    const why = `its folder cannot be made (${(cause as Error).message})`;
    throw cannotOpen(path, why, 'choose another', cause);
  }
  if (existsSync(path)) throw taken(path);
  if (existsSync(journalFolder(path))) {
    const why = `${journalFolder(path)} is there already, of a run that did not end`;
    throw cannotOpen(path, why, 'recover that, or choose another path');
  }
}

function taken(path: string): SimtapeError<'CannotOpen'> {
  return cannotOpen(
    path,
    'there is such a file already',
    'choose another runId or path: a file holds one run',
  );
}
