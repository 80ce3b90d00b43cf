import type { BackendConfig } from '../../backends/backend.ts';
import { loadBackend } from '../../backends/registry.ts';
import { Relay, type Strategy } from './relay.ts';

/** What the relay is told where it is loaded on the writer thread. */
export interface RelayOptions {
  readonly backend: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly strategy: Strategy;
}

/** Bytes that a tested backend may hold. */
export const MEMORY_BYTES: number = 32 * 2 ** 20;

/** The backend that is tested, behind the relay. */
export default async function relay(config: BackendConfig): Promise<Relay> {
  const { backend, options, strategy } = config.options as unknown as RelayOptions;
  const factory = await loadBackend(backend);
  return new Relay(await factory({ ...config, memoryBytes: MEMORY_BYTES, options }), strategy);
}
