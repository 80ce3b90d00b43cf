import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is gone when all tests of a file have ended. */
export function folderForFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
