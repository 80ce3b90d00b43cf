import { SimtapeError } from '../errors.ts';
import type { BackendFactory } from './backend.ts';
import { isModuleUrl } from './names.ts';

/** Modules of the backends that come with simtape; nobody loads one that is not used. */
const BUILT_IN: Record<string, () => Promise<{ default: BackendFactory }>> = {
  sqlite: () => import('./sqlite/index.ts'),
  parquet: () => import('./parquet/index.ts'),
  hdf5: () => import('./hdf5/index.ts'),
};

/** Loads a backend by name, or by the URL of a module whose default export is a {@link BackendFactory}. */
export async function loadBackend(backend: string): Promise<BackendFactory> {
  const builtIn = Object.hasOwn(BUILT_IN, backend) ? BUILT_IN[backend] : undefined;
  if (builtIn !== undefined) return (await builtIn()).default;
  if (!isModuleUrl(backend)) {
    const names = [...Object.keys(BUILT_IN), 'none'].join(', ');
    throw new SimtapeError(
      'BackendUnavailable',
      `there is no backend ${JSON.stringify(backend)}: use ${names}, or the URL of a module (new URL('./my-backend.js', import.meta.url))`,
      { backend },
    );
  }
  let module: { default?: unknown };
  try {
    module = await import(backend);
  } catch (cause) {
    throw new SimtapeError(
      'BackendUnavailable',
      `the backend module ${backend} does not load: ${cause instanceof Error ? cause.message : String(cause)}`,
      { backend },
      cause,
    );
  }
  if (typeof module.default !== 'function') {
    throw new SimtapeError(
      'BackendUnavailable',
      `the backend module ${backend} has no function as its default export`,
      { backend },
    );
  }
  return module.default as BackendFactory;
}
