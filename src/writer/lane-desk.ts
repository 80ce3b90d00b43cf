import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { toPlainError } from '../errors.ts';
import type { Drain } from './drain.ts';
import type { LaneReader } from './lane-reader.ts';
import type { FromRecorder, ToRecorder } from './protocol.ts';

/** Where the writer thread speaks with one lane: takes its messages, answers its questions, confirms its flushes. */
export class LaneDesk {
  readonly lane: LaneReader;
  /** 0 is the recorder's own lane. */
  readonly number: number;
  readonly #port: MessagePort;
  readonly #drain: Drain;
  readonly #questions: Extract<FromRecorder, { type: 'ask' }>[] = [];
  #asked = 0;
  #flushed = 0;
  #ended = false;

  constructor(drain: Drain, lane: LaneReader, number: number, port: MessagePort) {
    this.#drain = drain;
    this.lane = lane;
    this.number = number;
    this.#port = port;
    port.once('close', () => {
      this.#ended = true;
    });
    port.unref();
  }

  /** Whether the lane's thread has closed the lane, or has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes all messages that have arrived. Questions wait until no commit is being written. */
  receive(other: (message: Exclude<FromRecorder, { type: 'ask' | 'leave' }>) => void): void {
    for (let got = receiveMessageOnPort(this.#port); got; got = receiveMessageOnPort(this.#port)) {
      const message = got.message as FromRecorder;
      if (message.type === 'ask') this.#questions.push(message);
      else if (message.type === 'leave') this.#ended = true;
      else other(message);
    }
  }

  /** @param named told of each table that the lane begins to use */
  async answer(named: (table: number, name: string) => void): Promise<void> {
    for (let asked = this.#questions.shift(); asked !== undefined; asked = this.#questions.shift()) {
      const { number, question } = asked;
      try {
        const answer = await this.#drain.ask(this.lane, question);
        if (question.type === 'table' && question.layout === 0) named(question.table, question.plan.name);
        this.post({ type: 'answer', number, answer });
      } catch (error) {
        this.post({ type: 'no answer', number, error: toPlainError(error) });
      }
      this.lane.replied();
    }
  }

  /** Remembers which flush is asked for. What is drained after this has the rows that it is to confirm. */
  noteFlush(): void {
    this.#asked = this.lane.flushAsked;
  }

  /** Confirms the flush that was noted. */
  confirmFlush(): void {
    if (this.#asked === this.#flushed) return;
    this.#flushed = this.#asked;
    this.post({ type: 'flushed', number: this.#asked, losses: this.#drain.takeLosses(this.lane) });
    this.lane.flushDone(this.#asked);
  }

  post(message: ToRecorder): void {
    this.#port.postMessage(message);
  }

  close(): void {
    this.#port.close();
  }
}
