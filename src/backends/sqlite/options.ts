/** Options of the SQLite backend. */
export interface SqliteOptions {
  /** Rows in one INSERT statement. Default 50. */
  batchSize: number;
  /** How a transaction begins. Default `immediate`. */
  transactionMode: 'deferred' | 'immediate' | 'exclusive';
  /** Default `WAL`. */
  journalMode: 'WAL' | 'DELETE' | 'TRUNCATE' | 'PERSIST' | 'MEMORY';
  /** Default `NORMAL`: with WAL, what was committed survives the end of the process, and the file a power loss. */
  synchronous: 'OFF' | 'NORMAL' | 'FULL' | 'EXTRA';
  /** Pages that SQLite keeps in memory; negative for KiB. Default 2000. */
  cacheSize: number;
  /** Seconds to wait for another process's lock. Default 30. */
  connectionTimeout: number;
}
