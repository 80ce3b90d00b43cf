import { existsSync, readdirSync, statSync } from 'node:fs';
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
 * `node_modules` are passed over.
 */
export function findRecordings(folder: string): string[] {
  return found(folder, DEPTH);
}

function found(folder: string, depth: number): string[] {
  if (isRunFolder(folder)) return [folder];
  const paths: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isFolder(path, entry)) {
      if (depth > 0 && entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
        paths.push(...readable(path, depth - 1));
      }
    } else if (ENDINGS.test(entry.name)) paths.push(path);
  }
  return paths;
}

function isFolder(path: string, entry: { isDirectory(): boolean; isSymbolicLink(): boolean }): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // A link that leads to itself.
    return false;
  }
}

/** A folder below that may not be read is passed over. */
function readable(folder: string, depth: number): string[] {
  try {
    return found(folder, depth);
  } catch {
    return [];
  }
}
