import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that can be filled and then made read-only, by the strictest means that this machine allows. */
export interface ReadOnlyPlace {
  /** How it is protected, for the names of tests. */
  readonly means: 'a read-only tmpfs' | 'folder permissions';
  readonly folder: string;
  /** Makes it read-only, once and for all. */
  seal(): void;
  remove(): void;
}

/** Null where this process may write everywhere and mount nothing: root in a container without capabilities. */
export function readOnlyPlace(): ReadOnlyPlace | null {
  const base = mkdtempSync(join(tmpdir(), 'simtape-ro-'));
  const folder = join(base, 'medium');
  mkdirSync(folder);
  const clean = (): void => rmSync(base, { recursive: true, force: true });
  if (mount('-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder)) {
    return {
      means: 'a read-only tmpfs',
      folder,
      seal() {
        if (!mount('-o', 'remount,ro', folder)) throw new Error(`${folder} cannot be made read-only`);
      },
      remove() {
        execFileSync('umount', ['-l', folder]);
        clean();
      },
    };
  }
  if (process.getuid?.() === 0) {
    clean();
    return null;
  }
  return {
    means: 'folder permissions',
    folder,
    seal() {
      chmodSync(folder, 0o555);
    },
    remove() {
      chmodSync(folder, 0o755);
      clean();
    },
  };
}

function mount(...words: string[]): boolean {
  try {
    execFileSync('mount', words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
