import { onTestFinished } from 'vitest';
import { SqliteBackend } from '../../../src/backends/sqlite/backend.ts';
import type { SqliteOptions } from '../../../src/backends/sqlite/options.ts';
import { resolveConfig } from '../../../src/config/recorder-config.ts';
import { describeRun } from '../../../src/writer/provenance.ts';

/** The options of the SQLite backend, with their defaults filled in. */
export function sqliteOptions(options: Partial<SqliteOptions> = {}): SqliteOptions {
  return resolveConfig({ sqlite: options }).sqlite;
}

/** A SQLite backend with a run open, as the writer has it; closed when the test ends. */
export function openBackend(
  path: string,
  runId: string,
  options: Partial<SqliteOptions> = {},
): SqliteBackend {
  const backend = new SqliteBackend({
    path,
    directory: '.',
    flushIntervalMs: 100,
    durability: 'process',
    memoryBytes: 0,
    options: { ...sqliteOptions(options) },
  });
  backend.open(describeRun(resolveConfig({}), runId));
  onTestFinished(() => backend.close(1));
  return backend;
}
