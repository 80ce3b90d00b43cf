import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Recordings that are damaged: what each is called, and how it is made. */
export const KINDS = {
  sqlite: { backend: 'sqlite', name: 'flight.db', killed: false },
  'sqlite killed': { backend: 'sqlite', name: 'flight.db', killed: true },
  parquet: { backend: 'parquet', name: 'flight', killed: false },
  'parquet killed': { backend: 'parquet', name: 'flight', killed: true },
  hdf5: { backend: 'hdf5', name: 'flight.h5', killed: false },
  'hdf5 killed': { backend: 'hdf5', name: 'flight.h5', killed: true },
  'hdf5 lzf': { backend: 'hdf5', name: 'flight.h5', killed: false },
  /** Converted from what was recorded. */
  arrow: { backend: 'parquet', name: 'flight.arrow', killed: false },
} as const;
export type Kind = keyof typeof KINDS;

const PROGRAM = fileURLToPath(new URL('make.ts', import.meta.url));

/** Makes a recording of a kind in a folder of its own. */
export function make(folder: string, kind: Kind): string {
  mkdirSync(folder, { recursive: true });
  const { status, signal, stderr } = spawnSync(process.execPath, [PROGRAM, kind, folder], {
    encoding: 'utf8',
  });
  const wanted = KINDS[kind].killed ? signal === 'SIGKILL' : status === 0;
  if (!wanted) throw new Error(`making ${kind} ended with ${status ?? signal}: ${stderr}`);
  return join(folder, KINDS[kind].name);
}
