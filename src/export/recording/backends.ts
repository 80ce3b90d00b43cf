import type { BackendConfig, StorageBackend } from '../../backends/backend.ts';
import { loadBackend } from '../../backends/registry.ts';
import { resolveConfig } from '../../config/recorder-config.ts';
import type { Compression } from '../formats.ts';

/** Formats that a backend writes. */
export type BackendFormat = 'parquet' | 'hdf5' | 'sqlite';

/** Bytes that a backend may hold in memory. */
const MEMORY_BYTES = 64 * 2 ** 20;

/**
 * A backend that writes to a path where nothing is yet, without a journal: what does not come to its end is thrown away.
 */
export async function backendFor(
  format: BackendFormat,
  path: string,
  { name, level }: Compression,
): Promise<StorageBackend> {
  const given = {
    parquet: { compression: name, compressionLevel: level },
    hdf5: { compression: name, compressionOpts: level },
    sqlite: { journalMode: 'MEMORY', synchronous: 'OFF', cacheSize: -32_768 },
  }[format];
  const options = resolveConfig({ [format]: given })[format];
  const config: BackendConfig = {
    path,
    directory: path,
    flushIntervalMs: 1000,
    durability: 'none',
    memoryBytes: MEMORY_BYTES,
    options: options as unknown as Record<string, unknown>,
  };
  return await (await loadBackend(format))(config);
}
