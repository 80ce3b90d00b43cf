import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { journalFolder } from '../backends/hdf5/place.ts';
import { syncFolder } from '../backends/sync-folder.ts';
import { SimtapeError } from '../errors.ts';

/** Where an export goes. */
export interface Target {
  readonly path: string;
  readonly overwrite: boolean;
  /** Paths that are read, and must stay what they are. */
  readonly sources: readonly string[];
}

/**
 * A hidden folder beside the target in which everything is written; what is complete is renamed, so that the target is
 * the old one or the new one at every moment. A process that is killed leaves the folder.
 */
export class Staging {
  readonly folder: string;
  readonly #target: string;
  /** Folders that were made for the target, the innermost first. */
  readonly #made: string[] = [];

  /** @throws `CannotOpen` where nothing can be written there */
  constructor(target: string) {
    this.#target = target;
    this.folder = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.tmp`);
    try {
      for (let folder = dirname(target); !existsSync(folder); folder = dirname(folder))
        this.#made.push(folder);
      for (const folder of this.#made.toReversed()) mkdirSync(folder);
      mkdirSync(this.folder);
    } catch (cause) {
      this.discard();
      const why = `${dirname(target)} cannot be written to (${(cause as Error).message})`;
      throw cannotExport(target, why, 'choose another place', cause);
    }
  }

  path(...names: readonly string[]): string {
    const path = join(this.folder, ...names);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** Gives a file the place of the target. */
  publishFile(name: string): void {
    renameSync(join(this.folder, name), this.#target);
    syncFolder(dirname(this.#target));
  }

  /** Gives files their places in a folder, the last one last. */
  publishFiles(names: readonly string[], folder: string): void {
    if (!existsSync(folder)) mkdirSync(folder);
    for (const name of names) renameSync(join(this.folder, name), join(folder, name));
    syncFolder(folder);
  }

  /** Gives a folder, by default the whole one, the place of the target, where a folder may be already. */
  publishFolder(name = '.'): void {
    const folder = join(this.folder, name);
    syncFolder(folder);
    const old = `${this.folder}.old`;
    const replaces = existsSync(this.#target);
    if (replaces) renameSync(this.#target, old);
    try {
      renameSync(folder, this.#target);
    } catch (error) {
      if (replaces) renameSync(old, this.#target);
      throw error;
    }
    syncFolder(dirname(this.#target));
    if (replaces) rmSync(old, { recursive: true, force: true });
  }

  /** Removes what was not published, and folders that were made for nothing. */
  discard(): void {
    rmSync(this.folder, { recursive: true, force: true });
    try {
      for (const folder of this.#made) if (readdirSync(folder).length === 0) rmdirSync(folder);
    } catch {
      // One of them was not made, or is in use already.
    }
  }
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

/** Waits until the disk has a file. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Waits until the disk has all files of a folder and its folders. */
export function syncFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) syncFile(join(entry.parentPath, entry.name));
    else syncFolder(join(entry.parentPath, entry.name));
  }
}

function taken(path: string, what: string): SimtapeError<'CannotOpen'> {
  return cannotExport(
    path,
    `there is such a ${what} already`,
    'choose another path, or overwrite it (overwrite: true)',
  );
}

function cannotExport(
  path: string,
  why: string,
  advice: string,
  cause?: unknown,
): SimtapeError<'CannotOpen'> {
  return new SimtapeError('CannotOpen', `cannot write ${path}: ${why}; ${advice}`, { path }, cause);
}
