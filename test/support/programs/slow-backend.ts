import { ALL_WRITTEN } from '../../../src/backends/backend.ts';
import type { BackendConfig, StorageBackend } from '../../../src/index.ts';
import { CLOSE_BEGUN, CLOSE_GOES, open, passed, WRITES_BEGUN, WRITES_GO } from '../gate.ts';

/**
 * A backend that writes nothing, and that slowly: each write waits for `options.gate`, where there is one, and then
 * takes `options.pauseMs`. From write `options.failAt` on it fails.
 */
export default function slow({ options }: BackendConfig): StorageBackend {
  const { gate, pauseMs = 0, failAt = Number.POSITIVE_INFINITY } = options as SlowOptions;
  const words = gate && new Int32Array(gate);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let writes = 0;
  return {
    open: () => ({ path: null }),
    createTable: () => ({ first: 1, last: Number.MAX_SAFE_INTEGER }),
    write() {
      writes++;
      if (words !== undefined) {
        Atomics.add(words, WRITES_BEGUN, 1);
        passed(words, WRITES_GO);
      }
      if (pauseMs > 0) Atomics.wait(sleeper, 0, 0, pauseMs);
      if (writes >= failAt) throw Object.assign(new Error('no space left on device'), { code: 'EIO' });
      return ALL_WRITTEN;
    },
    abandon() {},
    close() {
      if (words === undefined) return;
      open(words, CLOSE_BEGUN);
      passed(words, CLOSE_GOES);
    },
  };
}

interface SlowOptions {
  readonly gate?: SharedArrayBuffer;
  readonly pauseMs?: number;
  readonly failAt?: number;
}
