import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_NAME } from '../backends/parquet/manifest.ts';
import { isArrowFolder } from './arrow/manifest.ts';

/** Folders below the one that was named; deeper ones are not looked into. */
const DEPTH = 5;
const ENDINGS = /\.(db|sqlite|sqlite3|h5|hdf5)$/;

/** Whether a folder is that of one run: of Parquet or of Arrow files. */
export function isRunFolder(folder: string): boolean {
  return isParquetFolder(folder) || isArrowFolder(folder);
}

/** Whether a folder is that of a run in Parquet files. */
export function isParquetFolder(folder: string): boolean {
  return existsSync(join(folder, MANIFEST_NAME));
}

/**
 * What may be recordings in a folder and its folders: folders of runs, and files by their names. Hidden folders and
 * `node_modules` are passed over, and links that lead back to a folder that they are in.
 */
export function findRecordings(folder: string): string[] {
  return found(folder, [realpathSync(folder)]);
}

/** @param way real paths of the folder and of those that it is in, from the one that was named on */
function found(folder: string, way: readonly string[]): string[] {
  if (isRunFolder(folder)) return [folder];
  const paths: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const inner = realFolder(path, entry, way.at(-1)!);
    if (inner === null) {
      if (ENDINGS.test(entry.name)) paths.push(path);
    } else if (way.length <= DEPTH && !way.includes(inner) && !isPassedOver(entry.name)) {
      paths.push(...readable(path, [...way, inner]));
    }
  }
  return paths;
}

function isPassedOver(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

/** The real path of a folder, or of one that a link leads to; null for what is none. */
function realFolder(path: string, entry: Dirent, parent: string): string | null {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? join(parent, entry.name) : null;
  try {
    return statSync(path).isDirectory() ? realpathSync(path) : null;
  } catch {
    // A link that leads nowhere, or to itself.
    return null;
  }
}

/** A folder below that may not be read is passed over. */
function readable(folder: string, way: readonly string[]): string[] {
  try {
    return found(folder, way);
  } catch {
    return [];
  }
}
