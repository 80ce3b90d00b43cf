import { createRecorder, type RecorderConfig } from '../../../src/index.ts';
import { BACKENDS, type Backend, ENDINGS } from '../../read/backends.ts';
import { CONFIG, simulate } from '../../read/matrix/simulate.ts';

export { BACKENDS, type Backend };

/** Records every kind of column with awkward values, episodes side by side; a path that ends as the backend's do. */
export async function recordMatrix(
  base: string,
  backend: Backend,
  config: RecorderConfig = {},
): Promise<string> {
  const path = `${base}${ENDINGS[backend]}`;
  const recorder = await createRecorder({ ...CONFIG, backend, path, thread: false, ...config });
  try {
    await simulate(recorder);
  } finally {
    await recorder.close();
  }
  return path;
}
