import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** Runs an example in a folder of its own, and opens what it recorded. */
async function recorded(
  example: string,
  check: (output: string, database: DatabaseSync) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-example-'));
  try {
    const program = fileURLToPath(new URL(`../../examples/${example}.ts`, import.meta.url));
    const { stdout, stderr } = await run(process.execPath, [program], { cwd: folder });
    expect(stderr).toBe('');
    const path = /^recorded to (.+)$/m.exec(stdout)?.[1];
    const database = new DatabaseSync(path!, { readOnly: true });
    try {
      expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
      check(stdout, database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('threads that record into one file', async () => {
  await recorded('worker-threads', (output, database) => {
    expect(output).toMatch(/^walker 1: 2000 steps, at most [\d.]+ m away$/m);
    const walkers = Number(database.prepare('SELECT count(*) AS n FROM walker').get()!.n);
    expect(walkers).toBeGreaterThan(0);
    const walks = database.prepare('SELECT walker_id, count(*) AS n FROM position GROUP BY walker_id').all();
    expect(walks.map(({ n }) => n)).toEqual(Array(walkers).fill(2000));
  });
});

it('a pool of threads that records into one file', async () => {
  await recorded('piscina', (output, database) => {
    expect(output).toMatch(/^8 episodes on a pool of threads, rewards \d+(, \d+){7}$/m);
    const episodes = database.prepare('SELECT episode_id, total_steps AS n FROM episodes').all();
    expect(episodes.map(({ n }) => n)).toEqual(Array(8).fill(500));
    expect(database.prepare('SELECT count(*) AS n FROM steps').get()).toEqual({ n: 4000 });
  });
});
