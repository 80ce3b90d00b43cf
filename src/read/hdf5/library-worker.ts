import { workerData } from 'node:worker_threads';
import { SimtapeError, toPlainError } from '../../errors.ts';
import type { LibraryData, Reply, Request } from './library-protocol.ts';
import { loadH5Wasm } from './load.ts';
import { LocalH5File } from './local-file.ts';

/** Serves the HDF5 library to another thread, one call after another. */
const { port, replies } = workerData as LibraryData;
const files = new Map<number, LocalH5File>();
const library = loadH5Wasm();
const ready = () => {
  Atomics.store(replies, 1, 1);
  Atomics.notify(replies, 1);
};
// Whoever calls is told why it does not load.
library.then(ready, ready);
let next = 1;
// What the library has to say is told in replies, and not on the terminal.
console.error = () => {};

port.on('message', async (request: Request) => {
  const reply = await serve(request);
  const bytes =
    'value' in reply && ArrayBuffer.isView(reply.value) ? [reply.value.buffer as ArrayBuffer] : [];
  port.postMessage(reply, bytes);
  // Last of all: who waits for this finds the reply.
  Atomics.add(replies, 0, 1);
  Atomics.notify(replies, 0);
});

async function serve(request: Request): Promise<Reply> {
  try {
    const h5 = await library;
    if ('open' in request) {
      files.set(next, new LocalH5File(h5, request.open));
      return { value: next++ };
    }
    const file = files.get(request.file)!;
    if (request.method === 'close') files.delete(request.file);
    const value = (file[request.method] as (...args: unknown[]) => unknown).apply(file, request.args);
    return { value: detached(value) };
  } catch (error) {
    return { error: toPlainError(error), isDead: isAbort(error) };
  }
}

/** A library that has aborted cannot be called again. */
function isAbort(error: unknown): boolean {
  const cause = error instanceof SimtapeError ? error.cause : error;
  return cause instanceof Error && (cause.name === 'RuntimeError' || /\babort/i.test(cause.message));
}

/** Values without the memory of the library, of which they may be views. */
function detached(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (Array.isArray(value)) return value.map(detached);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, detached(one)]));
}
