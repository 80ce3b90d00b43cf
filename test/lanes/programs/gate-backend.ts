import { ALL_WRITTEN } from '../../../src/backends/backend.ts';
import type { BackendConfig, StorageBackend } from '../../../src/index.ts';
import { CLOSE_BEGUN, CLOSE_GOES, open, passed, WRITES_BEGUN, WRITES_GO } from '../gate.ts';

/** A backend that writes nothing, and that only when a test lets it: `options.gate`. */
export default function gated({ options }: BackendConfig): StorageBackend {
  const gate = new Int32Array(options.gate as SharedArrayBuffer);
  return {
    open: () => ({ path: null }),
    createTable: () => ({ first: 1, last: Number.MAX_SAFE_INTEGER }),
    write() {
      Atomics.add(gate, WRITES_BEGUN, 1);
      passed(gate, WRITES_GO);
      return ALL_WRITTEN;
    },
    abandon() {},
    close() {
      open(gate, CLOSE_BEGUN);
      passed(gate, CLOSE_GOES);
    },
  };
}
