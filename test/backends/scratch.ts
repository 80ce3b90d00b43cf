import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { expect, onTestFinished } from 'vitest';
import type { RecorderConfig } from '../../src/config/recorder-config.ts';
import { createRecorder } from '../../src/create-recorder.ts';
import { type ErrorTag, isSimtapeError, type SimtapeError } from '../../src/errors.ts';
import type { Recorder } from '../../src/record/recorder.ts';

/** A folder that is gone when the test ends. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Path of a recording that is not there yet. */
export function freshPath(): string {
  return join(scratch(), 'flight.db');
}

/** Records and closes. On the test's own thread unless `config` says otherwise, since starting one takes long. */
export async function record(
  path: string,
  simulate: (recorder: Recorder) => void,
  config: RecorderConfig = {},
): Promise<void> {
  const recorder = await createRecorder({ path, thread: false, ...config });
  try {
    simulate(recorder);
  } finally {
    await recorder.close();
  }
}

/** A connection of the test's own to a file, closed when the test ends. */
export function connect(path: string, options: { readOnly: boolean } = { readOnly: true }): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000, ...options });
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

export type SqlRow = Record<string, unknown>;

/** All rows of a query. */
export function select(database: DatabaseSync, sql: string, ...parameters: SQLInputValue[]): SqlRow[] {
  return database
    .prepare(sql)
    .all(...parameters)
    .map((row) => ({ ...row }));
}

/** The one value that a query gives. */
export function one(database: DatabaseSync, sql: string, ...parameters: SQLInputValue[]): unknown {
  return Object.values(database.prepare(sql).get(...parameters) ?? {})[0];
}

/** What SQLite finds wrong with a file. */
export function faults(database: DatabaseSync): unknown[] {
  const integrity = select(database, 'PRAGMA integrity_check').map((row) => row.integrity_check);
  return [...integrity.filter((line) => line !== 'ok'), ...select(database, 'PRAGMA foreign_key_check')];
}

/** The simtape error that a promise rejects with; fails where it does not, or with another. */
export async function rejection<Tag extends ErrorTag>(
  tag: Tag,
  promise: Promise<unknown>,
): Promise<SimtapeError<Tag>> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isSimtapeError(error, tag)) expect.fail(`expected ${tag}, got ${String(error ?? 'no error')}`);
  return error;
}
