import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes new names in a folder survive a loss of power. */
export function syncFolder(folder: string): void {
  // Windows has no such thing: a folder cannot be opened there.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
