import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { OpenedBackend } from '../backends/backend.ts';
import type { IdRange, LaneMessage, LaneQuestion } from '../buffer/link.ts';
import {
  ASLEEP,
  FLUSH_ASKED,
  FLUSH_DONE,
  HEARTBEAT,
  NUDGED,
  REPLY,
  SLEEPING,
  SPACE,
  STATE_CLOSED,
  WAKE,
  WRITER_STATE,
} from '../buffer/words.ts';
import { fromPlainError, SimtapeError } from '../errors.ts';
import { lossError } from './losses.ts';
import type { FromWriter, ToWriter, Writer, WriterSetup } from './protocol.ts';

/** How long a synchronous wait goes on while the writer shows no progress, in milliseconds. */
const PATIENCE_MS = 60_000;
/** Outcomes of flushes that are kept for those who still wait for them. */
const MAX_OUTCOMES = 64;

/** How the flushes up to a number went. */
interface Outcome {
  readonly upTo: number;
  readonly error: Error | null;
}

interface Waiter {
  readonly until: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The writer on a thread of its own. */
export class ThreadWriter implements Writer {
  readonly control: Int32Array;
  readonly statistics: Float64Array;
  onReport: (error: Error) => void = () => {};
  readonly #patienceMs: number;
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #answers = new Map<number, Extract<FromWriter, { type: 'answer' | 'no answer' }>>();
  readonly #waiters = new Set<Waiter>();
  #asked = 0;
  #awaited = 0;
  #closeAsked = false;
  readonly #outcomes: Outcome[] = [];
  #opened: OpenedBackend | Error | null = null;
  #gone: Error | null = null;
  #closed: Extract<FromWriter, { type: 'closed' }> | null = null;

  constructor(setup: WriterSetup) {
    this.#patienceMs = PATIENCE_MS + setup.longestWaitMs;
    this.control = new Int32Array(setup.control);
    this.statistics = new Float64Array(setup.statistics);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    // The worker is loaded by Node itself, from src as TypeScript or from dist as JavaScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      name: 'simtape writer',
      workerData: { ...setup, port: port2 },
      transferList: [port2],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('error', (cause) => this.#end(cause));
    this.#worker.on('exit', () => this.#end(undefined));
    this.#worker.unref();
    port1.on('message', (message: FromWriter) => this.#handle(message));
    port1.unref();
  }

  async open(): Promise<OpenedBackend> {
    await this.#until(() => this.#opened !== null);
    return this.#openedOrThrow();
  }

  openSync(): OpenedBackend {
    this.#waitSync(WRITER_STATE, () => this.#opened !== null);
    return this.#openedOrThrow();
  }

  send(message: LaneMessage): void {
    this.#post(message);
  }

  ask(question: LaneQuestion): IdRange {
    const number = ++this.#asked;
    this.#awaited = number;
    this.#post({ type: 'ask', number, question });
    this.wake();
    this.#waitSync(REPLY, () => this.#answers.has(number) || this.#closed !== null);
    if (!this.#answers.has(number)) throw this.#whyGone();
    const answer = this.#answers.get(number)!;
    this.#answers.delete(number);
    if (answer.type === 'no answer') throw fromPlainError(answer.error);
    return answer.ids;
  }

  wake(): void {
    Atomics.add(this.control, WAKE, 1);
    // Waking costs a system call, so only a writer that sleeps is woken.
    if (Atomics.load(this.control, SLEEPING) !== 0) Atomics.notify(this.control, WAKE);
  }

  nudge(): void {
    this.control[NUDGED] = 1;
    // A writer that naps looks by itself. Waking one takes 8 to 140 us, in the middle of a simulation's row.
    if (Atomics.load(this.control, SLEEPING) === ASLEEP) this.wake();
  }

  waitForSpace(seen: number, ms: number): void {
    if (this.#isOver()) throw this.#whyGone();
    Atomics.wait(this.control, SPACE, seen, ms);
  }

  async flush(): Promise<void> {
    const number = this.#askFlush();
    await this.#until(() => this.#isSettled(number));
    this.#throwOutcome(number);
  }

  flushSync(): void {
    const number = this.#askFlush();
    this.#waitSync(FLUSH_DONE, () => this.#isSettled(number));
    this.#throwOutcome(number);
  }

  async close(endTimestamp: number): Promise<void> {
    this.#askClose(endTimestamp);
    await this.#until(() => this.#closed !== null);
    this.#finish();
  }

  closeSync(endTimestamp: number): void {
    this.#askClose(endTimestamp);
    this.#waitSync(WRITER_STATE, () => this.#closed !== null);
    this.#finish();
  }

  #askFlush(): number {
    const number = Atomics.add(this.control, FLUSH_ASKED, 1) + 1;
    this.wake();
    return number;
  }

  /** Whether it is known how a flush went; the word is only there to be waited for. */
  #isSettled(number: number): boolean {
    return this.#outcomeOf(number) !== undefined || this.#closed !== null;
  }

  /** What came of a flush, which may have been confirmed together with later ones. */
  #outcomeOf(number: number): Outcome | undefined {
    return this.#outcomes.find((outcome) => ((outcome.upTo - number) | 0) >= 0);
  }

  #throwOutcome(number: number): void {
    const outcome = this.#outcomeOf(number);
    if (outcome === undefined) throw this.#whyGone();
    if (outcome.error !== null) throw outcome.error;
  }

  #askClose(endTimestamp: number): void {
    if (this.#closeAsked) return;
    this.#closeAsked = true;
    this.#port.postMessage({ type: 'close', endTimestamp } satisfies ToWriter);
    this.wake();
  }

  #finish(): void {
    const closed = this.#closed!;
    this.#port.close();
    // What was lost says more than what closing a broken file came to.
    const lost = lossError(closed.losses);
    if (lost !== null) throw lost;
    if (closed.error === null) return;
    const cause = fromPlainError(closed.error);
    throw new SimtapeError(
      'WriteFailed',
      `the recording could not be closed: ${cause.message}`,
      { failed: 0 },
      cause,
    );
  }

  #openedOrThrow(): OpenedBackend {
    if (this.#opened instanceof Error) {
      this.#port.close();
      throw this.#opened;
    }
    return this.#opened!;
  }

  #post(message: ToWriter): void {
    if (this.#isOver()) throw this.#whyGone();
    this.#port.postMessage(message);
  }

  #handle(message: FromWriter): void {
    switch (message.type) {
      case 'opened':
        this.#opened = message.opened;
        break;
      case 'refused':
        this.#opened = fromPlainError(message.error);
        break;
      case 'answer':
      case 'no answer':
        // Whoever lost patience does not wait for it any more.
        if (message.number === this.#awaited) this.#answers.set(message.number, message);
        break;
      case 'report':
        this.onReport(fromPlainError(message.error));
        break;
      case 'flushed':
        this.#outcomes.push({ upTo: message.number, error: lossError(message.losses) });
        if (this.#outcomes.length > MAX_OUTCOMES) this.#outcomes.shift();
        break;
      case 'closed':
        this.#closed = message;
    }
    this.#settle();
  }

  #takeMessages(): void {
    for (let got = receiveMessageOnPort(this.#port); got; got = receiveMessageOnPort(this.#port)) {
      this.#handle(got.message as FromWriter);
    }
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (waiter.until()) waiter.resolve();
      else if (this.#gone !== null) waiter.reject(this.#gone);
    }
  }

  #end(cause: unknown): void {
    // The thread may have ended before its last words were heard.
    this.#takeMessages();
    if (this.#gone !== null) return;
    const gone = this.#whyGone();
    this.#gone =
      cause === undefined ? gone : new SimtapeError('WriterGone', 'the writer thread ended', {}, cause);
    // Nobody closed it, and it did not refuse to open: rows are lost, and somebody must hear of it.
    if (this.#closed === null && !(this.#opened instanceof Error)) this.onReport(this.#gone);
    this.#settle();
  }

  #isOver(): boolean {
    return this.#gone !== null || Atomics.load(this.control, WRITER_STATE) === STATE_CLOSED;
  }

  #whyGone(): Error {
    const error = this.#closed?.error ?? null;
    const cause = error === null ? undefined : fromPlainError(error);
    const why = cause === undefined ? '' : `: ${cause.message}`;
    return this.#gone ?? new SimtapeError('WriterGone', `the writer thread ended${why}`, {}, cause);
  }

  /** Waits on the event loop, which stays alive for it. */
  #until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    if (this.#gone !== null) return Promise.reject(this.#gone);
    return new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) this.#port.unref();
        settle();
      };
      const waiter: Waiter = {
        until: done,
        resolve: () => finish(resolve),
        reject: (error) => finish(() => reject(error)),
      };
      this.#waiters.add(waiter);
      this.#port.ref();
    });
  }

  /** Waits on a word that the writer changes, without the event loop. */
  #waitSync(word: number, done: () => boolean): void {
    let progress = this.#progress();
    let since = performance.now();
    for (;;) {
      const seen = Atomics.load(this.control, word);
      this.#takeMessages();
      if (done()) return;
      if (this.#gone !== null) throw this.#gone;
      Atomics.wait(this.control, word, seen, 100);
      if (this.#progress() !== progress) {
        progress = this.#progress();
        since = performance.now();
      } else if (performance.now() - since > this.#patienceMs) {
        throw new SimtapeError(
          'WriterGone',
          `the writer thread has not answered for ${this.#patienceMs / 1000} s`,
          {},
        );
      }
    }
  }

  #progress(): number {
    return Atomics.load(this.control, HEARTBEAT);
  }
}
