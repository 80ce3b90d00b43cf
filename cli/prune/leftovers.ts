import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRunFolder } from '../../src/read/find.ts';

/** Something that a process left behind when it was killed. */
export interface Leftover {
  readonly path: string;
  readonly bytes: number;
  readonly why: string;
}

/** What an export writes in before it is complete; what was half deleted. */
const EXPORT = /^\..+\.[0-9a-f]{8}\.tmp$/;
const DELETED = /^\..+\.[0-9a-f]{8}\.pruned$/;
/** An export that wrote nothing for so long is over. */
const IDLE_MS = 3_600_000;
/** Folders below, as deep as recordings are looked for. */
const DEPTH = 5;

/** Finds what was left behind in a folder and its folders; runs and links are not looked into. */
export function findLeftovers(folder: string, now: number = Date.now()): Leftover[] {
  return leftoversIn(folder, now, DEPTH);
}

function leftoversIn(folder: string, now: number, depth: number): Leftover[] {
  const found: Leftover[] = [];
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) continue;
    const { bytes, newest } = extentOf(path);
    if (DELETED.test(entry.name)) found.push({ path, bytes, why: 'was being deleted' });
    else if (EXPORT.test(entry.name)) {
      if (now - newest > IDLE_MS) found.push({ path, bytes, why: 'an export that was not completed' });
    } else if (
      depth > 0 &&
      !entry.name.startsWith('.') &&
      entry.name !== 'node_modules' &&
      !isRunFolder(path)
    ) {
      found.push(...leftoversIn(path, now, depth - 1));
    }
  }
  return found;
}

/** Bytes of all that is in a folder, and when it changed last, in milliseconds since the Unix epoch. */
function extentOf(folder: string): { bytes: number; newest: number } {
  let bytes = 0;
  let newest = lstatSync(folder).mtimeMs;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    const inner = entry.isDirectory() ? extentOf(path) : fileExtent(path);
    bytes += inner.bytes;
    newest = Math.max(newest, inner.newest);
  }
  return { bytes, newest };
}

function fileExtent(path: string): { bytes: number; newest: number } {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return { bytes: stats?.size ?? 0, newest: stats?.mtimeMs ?? 0 };
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
