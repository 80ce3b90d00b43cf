import { type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads';
import type { LaneAnswer, LaneMessage, LaneQuestion, SharedBlocks, WriterLink } from '../buffer/link.ts';
import { Patience } from '../buffer/patience.ts';
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
import type { FromRecorder, ToLane, ToRecorder } from './protocol.ts';

/** Outcomes of flushes that are kept for those who still wait for them. */
const MAX_OUTCOMES = 64;

/** How often a synchronous wait looks whether the writer goes on, in milliseconds. */
const LOOK_MS = 100;

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

export interface PortLinkOptions extends SharedBlocks {
  readonly port: MessagePort;
  /** The lane's block. */
  readonly lane: SharedArrayBuffer;
  /** How long a synchronous wait goes on while the writer shows no progress, in milliseconds. */
  readonly patienceMs: number;
  /** Takes messages that are not for every lane. */
  readonly receive: (message: Exclude<ToRecorder, ToLane>) => void;
  /** Why there is no writer any more. */
  readonly whyGone: () => Error;
}

/** A lane's way to the writer thread: messages through a port, signals through shared words. */
export class PortLink implements WriterLink {
  readonly control: Int32Array;
  readonly statistics: Float64Array;
  readonly ids: BigInt64Array;
  readonly port: MessagePort;
  readonly #words: Int32Array;
  readonly #options: PortLinkOptions;
  readonly #answers = new Map<number, Extract<ToLane, { type: 'answer' | 'no answer' }>>();
  readonly #waiters = new Set<Waiter>();
  readonly #outcomes: Outcome[] = [];
  #asked = 0;
  #awaited = 0;
  #gone: Error | null = null;
  #heardAll = false;

  constructor(options: PortLinkOptions) {
    this.#options = options;
    this.control = new Int32Array(options.control);
    this.statistics = new Float64Array(options.statistics);
    this.ids = new BigInt64Array(options.ids);
    this.#words = new Int32Array(options.lane, 0, REPLY + 1);
    this.port = options.port;
    this.port.on('message', (message: ToRecorder) => this.#handle(message));
    this.port.on('close', () => {
      this.#heardAll = true;
    });
    this.port.unref();
  }

  send(message: LaneMessage): void {
    this.post(message);
  }

  post(message: FromRecorder, transfer: Transferable[] = []): void {
    if (this.isOver()) throw this.#whyGone();
    this.port.postMessage(message, transfer);
  }

  ask(question: LaneQuestion): LaneAnswer {
    const number = ++this.#asked;
    this.#awaited = number;
    this.post({ type: 'ask', number, question });
    this.wake();
    this.untilSync(this.#words, REPLY, () => this.#answers.has(number) || this.isOver());
    this.takeMessages();
    const answer = this.#answers.get(number);
    if (answer === undefined) throw this.#whyGone();
    this.#answers.delete(number);
    if (answer.type === 'no answer') throw fromPlainError(answer.error);
    return answer.answer;
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
    if (this.isOver()) throw this.#whyGone();
    Atomics.wait(this.control, SPACE, seen, ms);
  }

  async flush(): Promise<void> {
    const number = this.#askFlush();
    await this.until(() => this.#isSettled(number));
    this.#throwOutcome(number);
  }

  flushSync(): void {
    const number = this.#askFlush();
    this.untilSync(this.#words, FLUSH_DONE, () => this.#isSettled(number));
    this.#throwOutcome(number);
  }

  /** The writer has ended, for what its owner's `whyGone` says. */
  end(): void {
    if (this.#gone !== null) return;
    this.#gone = this.#options.whyGone();
    this.#settle();
  }

  get gone(): Error | null {
    return this.#gone;
  }

  isOver(): boolean {
    return this.#gone !== null || Atomics.load(this.control, WRITER_STATE) === STATE_CLOSED;
  }

  /** Waits on the event loop, which stays alive for it. */
  until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    if (this.#gone !== null) return Promise.reject(this.#gone);
    return new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) this.port.unref();
        settle();
      };
      const waiter: Waiter = {
        until: done,
        resolve: () => finish(resolve),
        reject: (error) => finish(() => reject(error)),
      };
      this.#waiters.add(waiter);
      this.port.ref();
    });
  }

  /** Waits on a word that the writer changes, without the event loop. */
  untilSync(words: Int32Array, word: number, done: () => boolean): void {
    let progress = this.#progress();
    const patience = new Patience();
    for (;;) {
      const seen = Atomics.load(words, word);
      this.takeMessages();
      if (done()) return;
      if (this.#gone !== null) throw this.#gone;
      Atomics.wait(words, word, seen, LOOK_MS);
      patience.look(LOOK_MS);
      if (this.#progress() !== progress) {
        progress = this.#progress();
        patience.reset();
      } else if (patience.spentMs > this.#options.patienceMs) {
        const seconds = this.#options.patienceMs / 1000;
        throw new SimtapeError('WriterGone', `the writer thread has not answered for ${seconds} s`, {});
      }
    }
  }

  takeMessages(): void {
    // Node 26 ends with a segmentation fault where a port is read in the turn in which it is closed.
    if (this.#heardAll) return;
    for (let got = receiveMessageOnPort(this.port); got; got = receiveMessageOnPort(this.port)) {
      this.#handle(got.message as ToRecorder);
    }
  }

  #handle(message: ToRecorder): void {
    switch (message.type) {
      case 'answer':
      case 'no answer':
        // Whoever lost patience does not wait for it any more.
        if (message.number === this.#awaited) this.#answers.set(message.number, message);
        break;
      case 'flushed':
        this.#outcomes.push({ upTo: message.number, error: lossError(message.losses) });
        if (this.#outcomes.length > MAX_OUTCOMES) this.#outcomes.shift();
        break;
      default:
        this.#options.receive(message);
    }
    this.#settle();
  }

  #askFlush(): number {
    const number = Atomics.add(this.#words, FLUSH_ASKED, 1) + 1;
    this.wake();
    return number;
  }

  /** Whether it is known how a flush went; the word is only there to be waited for. */
  #isSettled(number: number): boolean {
    return this.#outcomeOf(number) !== undefined || this.isOver();
  }

  /** What came of a flush, which may have been confirmed together with later ones. */
  #outcomeOf(number: number): Outcome | undefined {
    return this.#outcomes.find((outcome) => ((outcome.upTo - number) | 0) >= 0);
  }

  #throwOutcome(number: number): void {
    // The writer speaks before it ends.
    this.takeMessages();
    const outcome = this.#outcomeOf(number);
    if (outcome === undefined) throw this.#whyGone();
    if (outcome.error !== null) throw outcome.error;
  }

  #whyGone(): Error {
    return this.#gone ?? this.#options.whyGone();
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (waiter.until()) waiter.resolve();
      else if (this.#gone !== null) waiter.reject(this.#gone);
    }
  }

  #progress(): number {
    return Atomics.load(this.control, HEARTBEAT);
  }
}
