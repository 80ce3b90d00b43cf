import { SimtapeError } from '../../errors.ts';

export type H5Wasm = typeof import('h5wasm/node');

/**
 * Loads h5wasm, which is the HDF5 library in C; some 50 ms.
 * @throws `BackendUnavailable`
 */
export async function loadH5Wasm(): Promise<H5Wasm> {
  try {
    const h5wasm = await import('h5wasm/node');
    await h5wasm.ready;
    // Errors are thrown, not printed.
    h5wasm.Module.activate_throwing_error_handler();
    return h5wasm;
  } catch (cause) {
    throw new SimtapeError(
      'BackendUnavailable',
      `reading HDF5 needs h5wasm, which does not load (${(cause as Error).message}): npm install h5wasm`,
      { backend: 'hdf5' },
      cause,
    );
  }
}
