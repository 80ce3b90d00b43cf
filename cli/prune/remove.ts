import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { journalFolder } from '../../src/backends/hdf5/place.ts';
import type { Chosen } from './choose.ts';
import { lookAt } from './recordings.ts';

/** Why something was not deleted after all; null where it was. */
export type Outcome = string | null;

/**
 * Deletes a recording with what belongs to it: first all of it gets a hidden name in one step, so that what is half
 * deleted is never taken for a recording. One that was changed since it was looked at is left alone.
 */
export async function removeRecording(folder: string, { path, runIds }: Chosen): Promise<Outcome> {
  if (!existsSync(path)) return 'it is gone already';
  const now = await lookAt(folder, path);
  if ('why' in now) return now.why;
  if (now.runIds.join() !== runIds.join()) return 'another run was recorded to it meanwhile';
  const trash = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.pruned`);
  mkdirSync(trash);
  for (const one of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`, journalFolder(path)]) {
    if (existsSync(one)) renameSync(one, join(trash, basename(one)));
  }
  removeFolder(trash);
  return null;
}

/** Deletes a folder; links in it are deleted, not followed. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
