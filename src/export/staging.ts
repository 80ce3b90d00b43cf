import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../backends/sync-folder.ts';
import { cannotExport } from './target.ts';

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
