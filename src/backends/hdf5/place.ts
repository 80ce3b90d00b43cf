import { closeSync, existsSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SimtapeError } from '../../errors.ts';
import type { BackendConfig } from '../backend.ts';
import { cannotOpen } from '../cannot-open.ts';
import { makeFolder } from '../make-folder.ts';
import { openRegular } from '../regular-file.ts';
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
  if (!/\.(h5|hdf5)$/.test(path)) {
    throw cannotOpen(
      path,
      'its name does not say that it is an HDF5 file',
      'take one that ends in .h5 or .hdf5',
    );
  }
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

/** `\x89HDF\r\n\x1a\n`. Source: HDF5 File Format Specification Version 3.0, II.A. */
const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Whether a file is an HDF5 file, by its first bytes. */
export function isHdf5(path: string): boolean {
  const file = openRegular(path);
  try {
    const start = Buffer.alloc(SIGNATURE.length);
    return readSync(file, start, 0, start.length, 0) === start.length && start.equals(SIGNATURE);
  } finally {
    closeSync(file);
  }
}
