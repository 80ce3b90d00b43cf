import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Confirmed, killAfter } from './killed/after.ts';
import { checkHdf5 } from './killed/hdf5.ts';
import { checkParquet } from './killed/parquet.ts';
import { checkSqlite } from './killed/sqlite.ts';

const PROGRAM = fileURLToPath(new URL('./programs/flusher.ts', import.meta.url));

/** Backends that are killed, and what then looks at what is left. */
export const KILLED: readonly {
  readonly backend: string;
  readonly check: (path: string, confirmed: Confirmed) => Promise<void>;
}[] = [
  { backend: 'sqlite', check: checkSqlite },
  { backend: 'parquet', check: checkParquet },
  { backend: 'hdf5', check: checkHdf5 },
];

/** Runs the flusher, kills it after a number of confirmations and a random delay, and checks what is left. */
export async function killAndCheck(
  { backend, check }: (typeof KILLED)[number],
  confirmations: number,
  delayMs: number,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-kill-'));
  const path = join(folder, backend === 'hdf5' ? 'killed.h5' : 'killed.db');
  try {
    const child = spawn(process.execPath, [PROGRAM, path, backend]);
    const [frames, steps] = (await killAfter(child, confirmations, delayMs)).split(' ').map(Number);
    await check(path, { frames: frames!, steps: steps! });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
