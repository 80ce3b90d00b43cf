import { DatabaseSync } from 'node:sqlite';
import type { RecorderConfig } from '../config/recorder-config.ts';
import { BaseRecorder } from './base-recorder.ts';
import { ownConfig } from './own-backend.ts';

/** How long a connection waits for the writer's lock, in milliseconds. */
const TIMEOUT_MS = 5000;

/** Records to SQLite: one file, which SQL queries while it is written. */
export class SQLiteRecorder extends BaseRecorder {
  #connection: DatabaseSync | null = null;

  constructor(config: RecorderConfig = {}) {
    super(ownConfig('sqlite', config));
  }

  /**
   * Makes the tables `runs`, `episodes` and `steps` with their indexes now, and not with the first step, so that queries
   * find them.
   */
  createSchema(): void {
    // The tables of steps are made by the first call that is about steps.
    this.validateData({});
  }

  /**
   * A read-only connection to the file of this recorder, for code that wants `node:sqlite` itself; the same one each
   * time. It sees what was committed: flush first to see all. A connection belongs to its thread: a recorder of another
   * thread, made by `RecorderFactory.joinRecorder`, has its own. {@link closeConnections} and `close` close it.
   */
  getConnection(): DatabaseSync {
    if (this.#connection === null || !this.#connection.isOpen) {
      this.#connection = new DatabaseSync(this.path!, { readOnly: true, timeout: TIMEOUT_MS });
    }
    return this.#connection;
  }

  /** Closes what `getConnection` opened; the recording goes on. */
  closeConnections(): void {
    if (this.#connection?.isOpen) this.#connection.close();
    this.#connection = null;
  }

  override close(): Promise<void> {
    // The last connection must be the writer's, or its log stays behind.
    this.closeConnections();
    return super.close();
  }

  override closeSync(): void {
    this.closeConnections();
    super.closeSync();
  }
}
