import { closeSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SimtapeError } from '../../errors.ts';
import { areHeapsWhole } from './global-heap.ts';

type Module = typeof import('h5wasm/node')['Module'];
type Factory = (options: { noInitialRun: boolean; printErr: (text: string) => void }) => Promise<Module>;

/** Bytes of memory from which on an instance is not used again: it never gives any back. */
const MOST_MEMORY = 256 * 2 ** 20;

/** A stream of Emscripten's file system over Node's. */
interface Stream {
  readonly fd: number;
  readonly nfd: number;
  readonly position: number;
}

type Transfer = (
  stream: Stream,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position?: number,
) => number;

/** The parts of that file system that are needed here. */
interface Files {
  readonly streams: readonly (Stream | null | undefined)[];
  readonly ErrnoError: new (code: number) => Error;
  open: (path: string, ...rest: unknown[]) => Stream;
  read: Transfer;
  write: Transfer;
}

const STANDARD_ERROR = 2;
/** As Emscripten numbers them. */
const EACCES = 2;
const EIO = 29;
/** Of a trap or an abort, and of a stack that is too deep. */
const FATAL = new Set(['RuntimeError', 'RangeError']);

/**
 * One instance of the HDF5 library with memory of its own. Its errors are what it prints: an error that was thrown
 * through it would leave it in the middle of what it did, and the next call would hang or abort.
 */
export class H5Library {
  readonly Module: Module;
  #printed: string[] = [];
  #broken = false;
  #opening: string | null = null;

  constructor(Module: Module) {
    this.Module = Module;
    const files = Module.FS as unknown as Files;
    const { open, read, write } = files;
    files.open = (path, ...rest) => {
      // A link to another file, or values that stand in one.
      if (path !== this.#opening) throw new files.ErrnoError(EACCES);
      return open(path, ...rest);
    };
    files.read = (stream, bytes, offset, length, position) => {
      const at = position ?? stream.position;
      const count = read(stream, bytes, offset, length, position);
      const found = new Uint8Array(bytes.buffer, bytes.byteOffset + offset, Math.max(0, count));
      if (areHeapsWhole(stream.nfd, found, at)) return count;
      throw new files.ErrnoError(EIO);
    };
    files.write = (stream, bytes, offset, length, position) => {
      if (stream.fd !== STANDARD_ERROR) return write(stream, bytes, offset, length, position);
      this.#printed.push(Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString());
      return length;
    };
  }

  /** Whether it can be used for another file. */
  get isFit(): boolean {
    return !this.#broken && this.Module.HEAPU8.length <= MOST_MEMORY;
  }

  /** Opens a file, and no other that it refers to. @returns its number, negative where it cannot be opened */
  open(path: string): bigint {
    this.#opening = path;
    try {
      return this.Module.open(path, this.Module.H5F_ACC_RDONLY, false, -1, -1);
    } finally {
      this.#opening = null;
    }
  }

  /** Closes a file. Nothing was written, so that nothing can be lost. */
  close(id: bigint): void {
    try {
      this.call((module) => module.close_file(id));
    } catch {
      // Of a file that is damaged, it may not be able to.
    }
  }

  /** Calls the library. @throws what it says is wrong, in its words */
  call<T>(action: (module: Module) => T): T {
    if (this.#broken) throw new Error('the HDF5 library gave up on a damaged file: open this one again');
    this.#printed = [];
    let result: T;
    try {
      result = action(this.Module);
    } catch (error) {
      if (FATAL.has((error as Error).name)) this.giveUp();
      throw this.#reason() ?? error;
    }
    const reason = this.#reason();
    if (reason !== null) throw reason;
    if (this.#broken) throw new Error('a value is not of the type that it should be');
    return result;
  }

  /** Where it has crashed, or written over its own memory: nothing of it can be relied on. */
  giveUp(): void {
    if (this.#broken) return;
    this.#broken = true;
    for (const stream of (this.Module.FS as unknown as Files).streams) {
      if (stream && stream.nfd > STANDARD_ERROR) closeSync(stream.nfd);
    }
  }

  /** Of the errors that were printed, which stand one below the other, the last: what it came to. */
  #reason(): Error | null {
    if (this.#printed.length === 0) return null;
    const text = this.#printed.join('');
    const found = [...text.matchAll(/^ *#\d+: .* in \w+\(\): (.*)$/gm)].at(-1)?.[1];
    // Of reading, what follows are addresses in memory.
    return new Error((found ?? text.split('\n')[0]!).split(': time = ')[0]!);
  }
}

let current: Promise<H5Library> | null = null;

/**
 * Loads h5wasm, which is the HDF5 library in C; some 50 ms. All files share one instance as long as that is fit for it.
 * @throws `BackendUnavailable`
 */
export async function loadH5Wasm(): Promise<H5Library> {
  try {
    const known = await current;
    if (known?.isFit) return known;
    current = instantiate();
    return await current;
  } catch (cause) {
    current = null;
    throw new SimtapeError(
      'BackendUnavailable',
      `reading HDF5 needs h5wasm, which does not load (${(cause as Error).message}): npm install h5wasm`,
      { backend: 'hdf5' },
      cause,
    );
  }
}

/** What h5wasm exports makes one instance for good; a second one takes what it is made by. */
async function instantiate(): Promise<H5Library> {
  const manifest = findPackageJSON('h5wasm', import.meta.url);
  if (manifest === undefined) throw new Error('it is not installed');
  const url = pathToFileURL(join(dirname(manifest), 'dist', 'node', 'hdf5_util.js')).href;
  const { default: factory } = (await import(/* @vite-ignore */ url)) as { default: Factory };
  return new H5Library(await factory({ noInitialRun: true, printErr: () => {} }));
}
