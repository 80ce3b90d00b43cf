import type { MaybePromise, OpenedBackend, StorageBackend } from '../backends/backend.ts';
import { loadBackend } from '../backends/registry.ts';
import type { LaneAnswer, LaneMessage, LaneQuestion, WriterLink } from '../buffer/link.ts';
import { SimtapeError } from '../errors.ts';
import { Drain } from './drain.ts';
import { lossError } from './losses.ts';
import { andThen } from './maybe-promise.ts';
import type { Writer, WriterSetup } from './protocol.ts';

/** The writer on the caller's own thread, for hosts without threads and for backends that live there. */
export class InlineWriter implements Writer, WriterLink {
  readonly control: Int32Array;
  readonly statistics: Float64Array;
  readonly ids: BigInt64Array;
  readonly others = null;
  onReport: (error: Error) => void = () => {};
  onWarning: (message: string) => void = () => {};
  readonly #setup: WriterSetup;
  readonly #given: StorageBackend | null;
  #drain: Drain | null = null;
  /** The drain under way, where the backend is asynchronous. */
  #busy: Promise<void> | null = null;
  /** Whether something was published while a drain was under way. */
  #again = false;
  #ended = false;

  /** @param backend a backend object of the caller's; null to load the one that `setup` names. */
  constructor(setup: WriterSetup, backend: StorageBackend | null) {
    this.#setup = setup;
    this.#given = backend;
    this.control = new Int32Array(setup.control);
    this.statistics = new Float64Array(setup.statistics);
    this.ids = new BigInt64Array(setup.ids);
  }

  get link(): WriterLink {
    return this;
  }

  attach(): never {
    throw new SimtapeError(
      'InvalidConfig',
      'thread = false: lanes of other threads need a writer on a thread of its own; leave thread on, and name a backend or its module instead of passing an object',
      { key: 'thread', value: false },
    );
  }

  async open(): Promise<OpenedBackend> {
    const backend = this.#given ?? (await (await loadBackend(this.#setup.backend))(this.#setup.config));
    return this.#opened(backend, await backend.open(this.#setup.run));
  }

  openSync(): OpenedBackend {
    if (this.#given === null) throw asynchronous('opened');
    return this.#opened(this.#given, sync(this.#given.open(this.#setup.run), 'opened'));
  }

  send(message: LaneMessage): void {
    this.#drain!.lane.receive(message);
  }

  ask(question: LaneQuestion): LaneAnswer {
    return sync(this.#drain!.ask(this.#drain!.lane, question), 'given a table');
  }

  wake(): void {
    if (this.#busy === null) this.#run();
    else this.#again = true;
  }

  nudge(): void {
    this.wake();
  }

  waitForSpace(): void {
    this.wake();
    // An asynchronous backend needs the event loop, which a caller that waits does not give it.
    if (this.#busy !== null) throw asynchronous('waited for');
  }

  async flush(): Promise<void> {
    while (this.#busy !== null) await this.#busy;
    await this.#run();
    this.#throwLosses();
  }

  flushSync(): void {
    if (this.#busy !== null) throw asynchronous('flushed');
    sync(this.#run(), 'flushed');
    this.#throwLosses();
  }

  async close(endTimestamp: number): Promise<void> {
    while (this.#busy !== null) await this.#busy;
    await this.#run();
    try {
      await this.#end(endTimestamp);
    } finally {
      // What was lost says more than what closing a broken file came to.
      this.#throwLosses();
    }
  }

  closeSync(endTimestamp: number): void {
    if (this.#busy !== null) throw asynchronous('closed');
    sync(this.#run(), 'closed');
    try {
      sync(this.#end(endTimestamp), 'closed');
    } finally {
      this.#throwLosses();
    }
  }

  /** Closes the backend, once. */
  #end(endTimestamp: number): MaybePromise<void> {
    if (this.#ended) return;
    this.#ended = true;
    return this.#drain!.close(endTimestamp);
  }

  #opened(backend: StorageBackend, opened: OpenedBackend): OpenedBackend {
    this.#drain = new Drain(backend, this.#setup.lane, {
      ...this.#setup,
      receive: () => {},
      report: (error) => this.onReport(error),
      pause: () => {},
    });
    return opened;
  }

  #run(): MaybePromise<void> {
    const done = () => {
      this.#busy = null;
      const again = this.#again;
      this.#again = false;
      if (again) this.wake();
    };
    const running = andThen(
      () => this.#drain!.drain(),
      done,
      (error) => {
        done();
        throw error;
      },
    );
    if (running instanceof Promise) this.#busy = running;
    return running;
  }

  #throwLosses(): void {
    const error = lossError(this.#drain!.takeLosses(this.#drain!.lane));
    if (error !== null) throw error;
  }
}

function sync<T>(value: MaybePromise<T>, what: string): T {
  if (value instanceof Promise) throw asynchronous(what);
  return value;
}

function asynchronous(what: string): SimtapeError {
  const advice =
    what === 'opened'
      ? 'make it with createRecorder, or RecorderFactory.createRecorderAsync, which wait'
      : 'await flush() or close()';
  return new SimtapeError(
    'BackendUnavailable',
    `a backend with asynchronous methods on the caller's thread cannot be ${what} synchronously: ${advice}, or record on a thread`,
    { backend: 'inline' },
  );
}
