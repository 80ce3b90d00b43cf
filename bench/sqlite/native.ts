import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A compiled peer, or why there is none. */
export type Native = { readonly program: string } | { readonly missing: string };

/** Compiles the C peer into a folder. */
export function compileNative(folder: string): Native {
  const program = join(folder, 'peer');
  const source = join(import.meta.dirname, 'peer.c');
  const { error, status, stderr } = spawnSync('cc', ['-O2', '-o', program, source, '-lsqlite3'], {
    encoding: 'utf8',
  });
  if (error !== undefined) return { missing: 'no C compiler (`cc`) was found' };
  if (status === 0) return { program };
  const header = stderr.includes('sqlite3.h');
  const why = header ? 'sqlite3.h is missing (Debian: `apt-get install libsqlite3-dev`)' : stderr.trim();
  return { missing: `the C peer does not compile: ${why}` };
}

/** Runs a program that prints one line of JSON. */
export function runForJson<T>(program: string, args: readonly string[]): T {
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 20 })) as T;
}
