import type { BackendConfig } from '../backend.ts';
import { Hdf5Backend } from './backend.ts';
import type { Hdf5Options } from './options.ts';

export default function hdf5(config: BackendConfig): Hdf5Backend {
  return new Hdf5Backend(config, config.options as unknown as Hdf5Options);
}
