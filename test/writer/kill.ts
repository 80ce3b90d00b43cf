import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./programs/flusher.ts', import.meta.url));
const BODIES = 10;

/** Runs the flusher, kills it after a number of confirmations and a random delay, and checks what is left. */
export async function killAndCheck(confirmations: number, delayMs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-kill-'));
  const path = join(folder, 'killed.db');
  try {
    const confirmed = await killAfter(spawn(process.execPath, [PROGRAM, path]), confirmations, delayMs);
    check(path, confirmed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves with the last line that was confirmed before the kill. */
function killAfter(child: ChildProcess, confirmations: number, delayMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    let killing = false;
    child.stderr!.on('data', (data) => {
      errors += data;
    });
    child.stdout!.on('data', (data) => {
      output += data;
      if (killing || output.split('\n').length <= confirmations) return;
      killing = true;
      setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    child.on('exit', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the recorder ended by itself (${code}): ${errors}`));
      else resolve(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1)!);
    });
  });
}

function check(path: string, confirmed: string): void {
  const [frames, steps] = confirmed.split(' ').map(Number) as [number, number];
  const database = new DatabaseSync(path, { readOnly: false });
  const one = (sql: string) => Object.values(database.prepare(sql).get()!)[0];
  expect(one('PRAGMA integrity_check')).toBe('ok');
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);

  // Everything that was confirmed is there, in order, once; what came later may be there, but only in whole units.
  const found = Number(one('SELECT count(*) FROM simulation_frame'));
  expect(found).toBeGreaterThanOrEqual(frames);
  expect(one('SELECT count(*) FROM simulation_frame WHERE simulation_time <> (id - 1) / 60.0')).toBe(0);
  expect(one('SELECT max(id) FROM simulation_frame')).toBe(found);
  expect(one('SELECT count(*) FROM state')).toBe(found * BODIES);
  const wrong = `SELECT count(*) FROM state WHERE frame_id <> (id - 1) / ${BODIES} + 1
    OR body <> (id - 1) % ${BODIES} OR x <> frame_id - 1 + body / 16.0`;
  expect(one(wrong)).toBe(0);

  const recorded = Number(one('SELECT count(*) FROM steps'));
  expect(recorded).toBeGreaterThanOrEqual(steps);
  expect(Math.abs(recorded - found)).toBeLessThanOrEqual(1);
  expect(
    one('SELECT count(*) FROM steps WHERE step_number <> step_id - 1 OR position_x <> step_number'),
  ).toBe(0);
  expect(one('SELECT count(*) FROM episodes')).toBe(1);
  database.close();
}
