import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./programs/exits.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'simtape-exit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a process that ends without closing its recorder loses nothing', () => {
  const ways = [
    ['end', 'by coming to its end', 0],
    ['exit', 'by process.exit', 0],
    ['throw', 'by an uncaught exception', 1],
    ['reject', 'by an unhandled rejection', 1],
    ['worker', 'in a worker thread that exits', 0],
  ] as const;
  for (const [way, what, status] of ways) {
    it(what, () => {
      const path = join(folder, `${way}.db`);
      const done = spawnSync(process.execPath, [PROGRAM, path, way], { encoding: 'utf8', timeout: 30_000 });
      expect(done.status, done.stderr).toBe(status);
      if (status === 1) expect(done.stderr).toContain('the simulation broke');
      const database = new DatabaseSync(path, { readOnly: true });
      expect(database.prepare('SELECT count(*) AS rows, sum(value) AS sum FROM samples').get()).toEqual({
        rows: 5000,
        sum: (5000 * 4999) / 2,
      });
      expect(database.prepare('SELECT count(*) AS rows FROM simulation_frame').get()).toEqual({ rows: 1 });
      // The run was ended too, not only written.
      expect(database.prepare('SELECT end_timestamp FROM runs').get()!.end_timestamp).not.toBeNull();
      database.close();
    });
  }
});
