import type { BackendConfig } from '../backend.ts';
import { SqliteBackend } from './backend.ts';

export default function sqlite(config: BackendConfig): SqliteBackend {
  return new SqliteBackend(config);
}
