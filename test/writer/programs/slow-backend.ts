import type { Commit, StorageBackend } from '../../../src/index.ts';

/** A backend that is slower than any producer, or fails: `options.pauseMs` a commit, `options.failAt` a commit number. */
export default function slow(config: { options: Record<string, unknown> }): StorageBackend {
  const pauseMs = Number(config.options.pauseMs ?? 20);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let writes = 0;
  return {
    open: () => ({ path: null }),
    createTable: () => ({ first: 1, last: Number.MAX_SAFE_INTEGER }),
    write(_: Commit) {
      writes++;
      Atomics.wait(sleeper, 0, 0, pauseMs);
      if (writes >= Number(config.options.failAt ?? Number.POSITIVE_INFINITY)) {
        throw Object.assign(new Error('no space left on device'), { code: config.options.code ?? 'EIO' });
      }
      return { rejected: new Map(), examples: [] };
    },
    close() {},
  };
}
