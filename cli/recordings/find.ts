import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders below the one that was named; deeper ones are not looked into. */
const DEPTH = 5;
const ENDINGS = /\.(db|sqlite|sqlite3)$/;

/** Files in a folder and its folders that may be recordings, going by their names. */
export function candidates(folder: string, depth: number = DEPTH): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isFolder(path, entry)) {
      if (depth > 0 && entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
        found.push(...readable(path, depth - 1));
      }
    } else if (ENDINGS.test(entry.name)) found.push(path);
  }
  return found;
}

function isFolder(path: string, entry: { isDirectory(): boolean; isSymbolicLink(): boolean }): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A folder below that may not be read is passed over. */
function readable(folder: string, depth: number): string[] {
  try {
    return candidates(folder, depth);
  } catch {
    return [];
  }
}
