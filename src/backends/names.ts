/** The backends that come with simtape, in the order in which they are listed. */
export const BACKEND_NAMES = ['parquet', 'hdf5', 'sqlite', 'none'] as const;
/** A backend that comes with simtape. */
export type BackendName = (typeof BACKEND_NAMES)[number];

export function isBackendName(name: unknown): name is BackendName {
  return (BACKEND_NAMES as readonly unknown[]).includes(name);
}

/** Whether a backend is named by the URL of its module. */
export function isModuleUrl(backend: unknown): backend is string | URL {
  return backend instanceof URL || (typeof backend === 'string' && /^(file|data|https?|node):/.test(backend));
}
