import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expect } from 'vitest';
import { recover, verify } from '../../../src/read/index.ts';
import { type Confirmed, killAfter } from './after.ts';
import { checkTables, type Row } from './rows.ts';

const RECOVERER = fileURLToPath(new URL('../programs/recoverer.ts', import.meta.url));

/** Every file with a name opens before and after recovery, which is killed itself; then all is there. */
export async function checkParquet(path: string, confirmed: Confirmed): Promise<void> {
  await readTables(path);
  await killRecovery(path, Math.random() * 250);
  const { losses } = await recover(path);
  expect(losses).toEqual([]);
  checkTables(await readTables(path), confirmed);
  expect(await recover(path)).toMatchObject({ outcome: 'nothing' });
  const { ok, checks } = await verify(path);
  expect(ok, JSON.stringify(checks)).toBe(true);
}

/** Recovers in a process that is killed some time after it has begun, unless it comes to its end before. */
async function killRecovery(path: string, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, [RECOVERER, path]);
  const last = await killAfter(child, 1, delayMs).catch((error: Error) => error.message);
  expect(last).toMatch(/^(begun|done)$/);
}

/** The rows of all files that have their name, by table, as a reader that is not ours sees them. */
async function readTables(path: string): Promise<Map<string, Row[]>> {
  const tables = new Map<string, Row[]>();
  for (const folder of ['episodes', 'tables']) {
    for (const name of names(join(path, folder))) {
      const table = name
        .replace(/^trajectory_.*/, 'steps')
        .replace(/^episode_.*/, 'episodes')
        .replace(/-\d+\.parquet$/, '');
      const file = await asyncBufferFromFile(join(path, folder, name));
      const rows = await parquetReadObjects({ file, compressors });
      tables.set(table, [...(tables.get(table) ?? []), ...rows]);
    }
  }
  return tables;
}

function names(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((name) => !name.startsWith('.'));
    // Later parts of an episode have their number behind the name of the first.
    return files.sort((a, b) => (a.replace('.parquet', '') < b.replace('.parquet', '') ? -1 : 1));
  } catch {
    // Nothing was written there yet.
    return [];
  }
}
