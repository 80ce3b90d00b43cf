import { accessSync, closeSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SimtapeError } from '../../errors.ts';
import type { BackendConfig } from '../backend.ts';
import { cannotOpen } from '../cannot-open.ts';
import { makeFolder } from '../make-folder.ts';
import { openRegular } from '../regular-file.ts';
import { readInto } from '../whole-io.ts';
import { isLocked } from './errors.ts';
import { APPLICATION_ID, CATALOGUE, FORMAT_VERSION } from './format.ts';
import type { SqliteOptions } from './options.ts';

/** Between two attempts to set the journal mode. */
const LOCK_PAUSE_MS = 5;
/** What says whether a database is a recording. */
const HEADER = `SELECT application_id AS id, user_version AS version,
  (SELECT count(*) FROM sqlite_schema) AS tables FROM pragma_application_id, pragma_user_version`;

/** The file of a recording: the one that was named, or one for the run in the folder for recordings. */
export function recordingPath(config: BackendConfig, runId: string): string {
  if (config.path !== null) return resolve(config.path);
  const folder = resolve(config.directory);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw cannotOpen(
      folder,
      `the folder cannot be made (${(cause as Error).message})`,
      'choose another',
      cause,
    );
  }
  return join(folder, `${runId}.db`);
}

/** Opens a recording for writing, or makes an empty one. */
export function openForWriting(path: string, options: SqliteOptions): DatabaseSync {
  refuseUnusable(path);
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: Math.round(options.connectionTimeout * 1000) });
    // Before anything is changed: setting the journal mode writes into the file.
    checkFormat(database, path);
    const mode = setJournalMode(database, options);
    if (mode !== options.journalMode) {
      throw cannotOpen(
        path,
        `the file takes no journal mode ${options.journalMode}`,
        `use journalMode: '${mode}'`,
      );
    }
    database.exec(`PRAGMA synchronous = ${options.synchronous}; PRAGMA cache_size = ${options.cacheSize}`);
    database.exec('PRAGMA foreign_keys = ON');
    prepare(database, path);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof SimtapeError) throw cause;
    throw cannotOpen(path, (cause as Error).message, 'check the file, its folder and the free space', cause);
  }
}

/**
 * Sets the journal mode. Where another process makes the same file at this moment, SQLite refuses at once, lest each
 * wait for the other (sqlite.org/c3ref/busy_handler.html), so the wait for the lock is here.
 * @returns the mode that the file has then
 */
function setJournalMode(database: DatabaseSync, { journalMode, connectionTimeout }: SqliteOptions): string {
  const statement = database.prepare(`PRAGMA journal_mode = ${journalMode}`);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + connectionTimeout * 1000;
  for (;;) {
    try {
      return String(statement.get()!.journal_mode).toUpperCase();
    } catch (error) {
      if (!isLocked(error) || performance.now() >= end) throw error;
      Atomics.wait(pause, 0, 0, LOCK_PAUSE_MS);
    }
  }
}

/** Refuses a database that is no recording, or one of a newer format. An empty one is fine where `mayBeEmpty`. */
export function checkFormat(database: DatabaseSync, path: string): 'recording' | 'empty' {
  // In one statement, between whose parts nobody else makes a recording of it.
  const { id, version, tables } = database.prepare(HEADER).get() as Record<
    'id' | 'version' | 'tables',
    number
  >;
  if (id === APPLICATION_ID) {
    if (version <= FORMAT_VERSION) {
      refuseStrangers(database, path);
      return 'recording';
    }
    throw new SimtapeError(
      'NewerFormat',
      `${path} was written by a newer simtape (format ${version}; this one knows ${FORMAT_VERSION}): update simtape`,
      { path, found: version, supported: FORMAT_VERSION },
    );
  }
  if (tables === 0) return 'empty';
  throw new SimtapeError('NotARecording', `${path} is a SQLite database, but not a simtape recording`, {
    path,
  });
}

/**
 * Refuses views and virtual tables in place of a recording's tables: reading these runs what somebody else has made,
 * which may have no end.
 */
function refuseStrangers(database: DatabaseSync, path: string): void {
  database.exec('PRAGMA trusted_schema = OFF');
  const strangers = database
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('view', 'virtual')")
    .all()
    .map(({ name }) => String(name).toLowerCase());
  if (strangers.length === 0) return;
  const refuse = (name: string | undefined) => {
    if (name === undefined) return;
    const message = `${path} is damaged: ${name}, which should be a table, is something else`;
    throw new SimtapeError('NotARecording', message, { path });
  };
  refuse(strangers.find((name) => name === 'runs' || name.startsWith('simtape_')));
  const tables = database.prepare('SELECT table_name AS name FROM simtape_tables').all();
  refuse(tables.map(({ name }) => String(name).toLowerCase()).find((name) => strangers.includes(name)));
}

function prepare(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (checkFormat(database, path) === 'empty') database.exec(CATALOGUE);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Says what is wrong with a path in words, before SQLite says "unable to open database file". */
function refuseUnusable(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder))
    throw cannotOpen(
      path,
      `the folder ${folder} does not exist`,
      'make it first, or let it be made (makeFolders)',
    );
  if (!statSync(folder).isDirectory())
    throw cannotOpen(path, `${folder} is not a folder`, 'choose another path');
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw cannotOpen(path, 'it is a folder', `name a file in it, such as ${join(path, 'recording.db')}`);
  }
  // SQLite needs the folder too, for its write-ahead log.
  for (const place of existsSync(path) ? [path, folder] : [folder]) {
    try {
      accessSync(place, constants.W_OK);
    } catch (cause) {
      throw cannotOpen(
        path,
        `${place} is not writable`,
        'choose another place or change its permissions',
        cause,
      );
    }
  }
  if (existsSync(path) && statSync(path).size > 0 && !isSqlite(path)) {
    throw new SimtapeError(
      'NotARecording',
      `${path} exists and is not a simtape recording: choose another path`,
      {
        path,
      },
    );
  }
}

/** Whether a file starts as SQLite files do (sqlite.org/fileformat2.html, section 1.3). */
export function isSqlite(path: string): boolean {
  const head = Buffer.alloc(16);
  const file = openRegular(path);
  try {
    readInto(file, head, 0);
  } finally {
    closeSync(file);
  }
  return head.toString('latin1') === 'SQLite format 3\0';
}
