import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { journalFolder } from '../backends/hdf5/place.ts';
import { SimtapeError } from '../errors.ts';

/** Where an export goes. */
export interface Target {
  readonly path: string;
  readonly overwrite: boolean;
  /** Paths that are read, and must stay what they are. */
  readonly sources: readonly string[];
}

/**
 * Refuses a file as a target where it is a folder, is there already, is a recording that may still be written, or is
 * what is read.
 * @throws `CannotOpen`
 */
export function checkFileTarget({ path, overwrite, sources }: Target): void {
  refuseSources(path, sources);
  if (!existsSync(path)) return;
  const there = statSync(path);
  if (there.isDirectory()) throw cannotExport(path, 'it is a folder', 'name a file in it');
  // A device or a pipe would be replaced by a file of its name.
  if (!there.isFile()) throw cannotExport(path, 'it is no file', 'choose another path');
  if (!overwrite) throw taken(path, 'file');
  for (const beside of [`${path}-wal`, journalFolder(path)]) {
    if (existsSync(beside)) {
      throw cannotExport(
        path,
        `it is a recording that goes on, or did not end (there is ${beside})`,
        'choose another path',
      );
    }
  }
}

/**
 * Refuses a folder as a target where something else is there, it holds more than what an export replaces, or it is what
 * is read.
 * @param isOurs whether a folder that is not empty may be replaced
 * @throws `CannotOpen`
 */
export function checkFolderTarget({ path, overwrite, sources }: Target, isOurs: () => boolean): void {
  refuseSources(path, sources);
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw cannotExport(path, 'it is no folder', 'choose another path');
  if (readdirSync(path).length === 0) return;
  if (!overwrite) throw taken(path, 'folder');
  if (!isOurs()) {
    throw cannotExport(
      path,
      'it holds other things than what would replace them',
      'choose another path, or empty it first',
    );
  }
}

/**
 * Refuses files in a folder where they are there already, or are what is read.
 * @throws `CannotOpen`
 */
export function checkFilesTarget({ path, overwrite, sources }: Target, names: readonly string[]): void {
  if (existsSync(path) && !statSync(path).isDirectory()) {
    throw cannotExport(path, 'it is no folder', 'choose another path');
  }
  for (const name of names) checkFileTarget({ path: join(path, name), overwrite, sources });
}

/** What is read is never written over, nor is anything put between its files. */
function refuseSources(path: string, sources: readonly string[]): void {
  const target = real(path);
  for (const source of sources) {
    const at = real(source);
    if (at === target || isWithin(at, target)) {
      throw cannotExport(
        path,
        at === target ? 'it is what is read' : 'what is read is in it',
        'choose another path',
      );
    }
    if (isWithin(target, at))
      throw cannotExport(path, 'it is within the recording that is read', 'choose another path');
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && way !== path;
}

/** A path without links, as far as it is there. */
function real(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  return dirname(absolute) === absolute ? absolute : join(real(dirname(absolute)), basename(absolute));
}

function taken(path: string, what: string): SimtapeError<'CannotOpen'> {
  return cannotExport(
    path,
    `there is such a ${what} already`,
    'choose another path, or overwrite it (overwrite: true)',
  );
}

/** Why nothing can be written somewhere, and what to do. */
export function cannotExport(
  path: string,
  why: string,
  advice: string,
  cause?: unknown,
): SimtapeError<'CannotOpen'> {
  return new SimtapeError('CannotOpen', `cannot write ${path}: ${why}; ${advice}`, { path }, cause);
}
