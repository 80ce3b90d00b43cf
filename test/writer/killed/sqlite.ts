import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { Confirmed } from './after.ts';

/** Everything that was confirmed is there, in order, once; what came later may be there, but only in whole units. */
export async function checkSqlite(path: string, { frames, steps }: Confirmed): Promise<void> {
  const database = new DatabaseSync(path, { readOnly: false });
  const one = (sql: string) => Object.values(database.prepare(sql).get()!)[0];
  expect(one('PRAGMA integrity_check')).toBe('ok');
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);

  const found = Number(one('SELECT count(*) FROM simulation_frame'));
  expect(found).toBeGreaterThanOrEqual(frames);
  expect(one('SELECT count(*) FROM simulation_frame WHERE simulation_time <> (id - 1) / 60.0')).toBe(0);
  expect(one('SELECT max(id) FROM simulation_frame')).toBe(found);
  expect(one('SELECT count(*) FROM state')).toBe(found * 10);
  const wrong = `SELECT count(*) FROM state WHERE frame_id <> (id - 1) / 10 + 1
    OR body <> (id - 1) % 10 OR x <> frame_id - 1 + body / 16.0`;
  expect(one(wrong)).toBe(0);
  expect(one('SELECT count(*) FROM event')).toBe(Math.ceil(found / 7));

  const recorded = Number(one('SELECT count(*) FROM steps'));
  expect(recorded).toBeGreaterThanOrEqual(steps);
  expect(Math.abs(recorded - found)).toBeLessThanOrEqual(1);
  const strange = `SELECT count(*) FROM steps WHERE step_number <> (step_id - 1) % 30
    OR episode_id <> (step_id - 1) / 30 + 1 OR position_x <> step_id - 1`;
  expect(one(strange)).toBe(0);
  expect(one('SELECT count(*) FROM episodes')).toBe(Math.ceil(recorded / 30));
  database.close();
}
