import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isPassing } from '../../backends/sqlite/errors.ts';
import { SimtapeError } from '../../errors.ts';
import { SqliteReader } from '../sqlite/reader.ts';
import type { RecoverOptions, RecoverReport } from './report.ts';

/**
 * SQLite recovers by itself whenever a file is opened. What is left to do is to write its log into the file, so that
 * this is one plain file again.
 *
 * @throws `CannotOpen` where a process still writes it, `NotARecording`
 */
export async function recoverSqlite(
  path: string,
  { dryRun = false, force = false }: RecoverOptions,
): Promise<RecoverReport> {
  const states = await statesOf(path);
  if (states.includes('recording') && !force) {
    throw new SimtapeError(
      'CannotOpen',
      `${path} is being recorded: recover it once its process has ended; where that is on another machine and you know that it has, with --force`,
      {
        path,
      },
    );
  }
  const log = `${path}-wal`;
  const bytes = existsSync(log) ? statSync(log).size : 0;
  const notes: string[] = [];
  if (bytes > 0) {
    const end = dryRun ? 'belong into the file' : checkpoint(path);
    notes.push(`SQLite recovers by itself; ${bytes} bytes of its log ${end}`);
  }
  return { path, format: 'sqlite', outcome: 'nothing', tables: [], losses: [], notes };
}

async function statesOf(path: string): Promise<string[]> {
  using reader = new SqliteReader(path);
  return (await reader.runs()).map(({ state }) => state);
}

/** Writes the log into the file, unless somebody has that open. What came of it, in words. */
function checkpoint(path: string): string {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    return 'were written into the file';
  } catch (error) {
    if (!isPassing(error)) throw error;
    return `stay beside it (${(error as Error).message})`;
  } finally {
    database.close();
  }
}
