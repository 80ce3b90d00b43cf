import type { MessagePort } from 'node:worker_threads';
import type { SharedBlocks } from '../buffer/link.ts';
import { CONSUMED, CUT } from '../buffer/words.ts';
import { isSimtapeError, SimtapeError } from '../errors.ts';
import { PortLink } from './port-link.ts';
import type { FromLane, LaneWriter } from './protocol.ts';

/** The writer of a recorder on another thread, as a lane sees it that was attached to that recorder. */
export class JoinedWriter implements LaneWriter {
  readonly link: PortLink;
  readonly #words: Int32Array;
  onReport: (error: Error) => void = () => {};
  onWarning: (message: string) => void = () => {};

  constructor(
    handle: SharedBlocks & {
      readonly lane: SharedArrayBuffer;
      readonly port: MessagePort;
      readonly patienceMs: number;
    },
  ) {
    this.#words = new Int32Array(handle.lane, 0, CONSUMED + 1);
    this.link = new PortLink({
      ...handle,
      receive: () => {},
      whyGone: () =>
        new SimtapeError('RecorderClosed', 'the recorder that this lane belongs to is closed', {}),
    });
    // Whoever still waits for the writer when it goes must hear of it.
    this.link.port.on('close', () => this.link.end());
  }

  flush(): Promise<void> {
    return this.link.flush();
  }

  flushSync(): void {
    this.link.flushSync();
  }

  async close(): Promise<void> {
    try {
      await this.link.flush();
    } catch (error) {
      this.#unlessWritten(error);
    } finally {
      this.#leave();
    }
  }

  closeSync(): void {
    try {
      this.link.flushSync();
    } catch (error) {
      this.#unlessWritten(error);
    } finally {
      this.#leave();
    }
  }

  /** A thread that waits for its next task, as in a pool, has no turn of its event loop in which the port would close. */
  #leave(): void {
    this.link.port.postMessage({ type: 'leave' } satisfies FromLane);
    this.link.wake();
    this.link.port.close();
  }

  /** A recorder that was closed before its lanes has written what they had published. */
  #unlessWritten(error: unknown): void {
    const written = Atomics.load(this.#words, CONSUMED) === Atomics.load(this.#words, CUT);
    if (!written || !isSimtapeError(error, 'RecorderClosed')) throw error;
  }
}
