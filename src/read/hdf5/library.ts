import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { fromPlainError } from '../../errors.ts';
import { damaged } from '../parquet/damage.ts';
import type { LibraryData, Reply, Request } from './library-protocol.ts';

/** How long the library may take to load. */
const START_MS = 60_000;

/**
 * The HDF5 library on a thread of its own. In C, made for sound files, it runs in circles or aborts in some that are damaged;
 * there it can be given up, and another one started. Calls are synchronous all the same: the caller waits.
 */
export class H5Library {
  static #shared: H5Library | null = null;
  /** How long a call may take; each reads a few megabytes at most. */
  static patienceMs = 30_000;

  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #replies = new Int32Array(new SharedArrayBuffer(8));
  #isDead = false;

  private constructor() {
    const { port1, port2 } = new MessageChannel();
    const data: LibraryData = { port: port2, replies: this.#replies };
    // The worker is loaded by Node itself, from src as TypeScript or from dist as JavaScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./library-worker.${extension}`, import.meta.url), {
      name: 'simtape hdf5',
      workerData: data,
      transferList: [port2],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('error', () => this.#giveUp());
    this.#worker.unref();
    this.#port = port1;
    this.#port.unref();
  }

  /** The library of this thread; a new one where the last one was given up. */
  static shared(): H5Library {
    if (H5Library.#shared?.isDead ?? true) H5Library.#shared = new H5Library();
    return H5Library.#shared!;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /**
   * Calls the library, and waits for its answer.
   * @param path of the file that the call is about
   * @throws what the call throws; `NotARecording` where the library does not come back
   */
  call(request: Request, path: string): unknown {
    // It takes long to load where the computer is busy, which says nothing of the file.
    Atomics.wait(this.#replies, 1, 0, START_MS);
    const before = Atomics.load(this.#replies, 0);
    this.#port.postMessage(request);
    if (Atomics.wait(this.#replies, 0, before, H5Library.patienceMs) === 'timed-out') {
      this.#giveUp();
      throw damaged(path, 'the HDF5 library does not come to an end with it');
    }
    const reply = receiveMessageOnPort(this.#port)!.message as Reply;
    if ('value' in reply) return reply.value;
    if (reply.isDead) this.#giveUp();
    throw fromPlainError(reply.error);
  }

  #giveUp(): void {
    this.#isDead = true;
    this.#port.close();
    void this.#worker.terminate();
    // Ending it makes the process wait for it again.
    this.#worker.unref();
  }
}
