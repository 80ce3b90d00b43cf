import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { EncoderAnswer, EncoderQuestion, EncoderSetup } from './encoder-protocol.ts';
import { Encoding, type EncodingQueue, type EncodingTask } from './encoding.ts';

/** How long no thread may answer before they are given up, in milliseconds. */
const PATIENCE_MS = 60_000;

/** One encoder thread, and what it has to do. */
interface Encoder {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly asked: Map<number, Encoding>;
}

/**
 * Threads that encode row groups while the writer goes on. Row groups are written in the order in which they were
 * given, and only so many are on their way at once.
 */
export class EncoderPool implements EncodingQueue {
  readonly #encoders: Encoder[];
  readonly #answers = new Int32Array(new SharedArrayBuffer(4));
  readonly #limit: number;
  readonly #patienceMs: number;
  /** What is not written yet, in order. */
  readonly #queue: Encoding[] = [];
  #asked = 0;
  #isGivenUp = false;

  /** @param limit row groups that may be on their way at once */
  constructor(
    threads: number,
    limit: number,
    codec: Omit<EncoderSetup, 'answers'>,
    patienceMs: number = PATIENCE_MS,
  ) {
    this.#limit = limit;
    this.#patienceMs = patienceMs;
    const setup = { ...codec, answers: this.#answers.buffer as SharedArrayBuffer };
    this.#encoders = Array.from({ length: threads }, () => startEncoder(setup));
  }

  /** Writes what has been encoded, as far as it is next in its file. Throws what the file system throws. */
  writeReady(): void {
    this.#receive();
    while (this.#queue[0]?.isSettled) this.#queue[0].write();
  }

  /** Waits for the oldest row group and writes it. Whether there was one. */
  writeOldest(): boolean {
    const [oldest] = this.#queue;
    oldest?.write();
    return oldest !== undefined;
  }

  /**
   * Gives rows to a thread. Waits while the queue is full.
   * @throws what writing earlier row groups comes to; the rows stay with the caller then
   */
  submit(task: EncodingTask): Encoding {
    this.writeReady();
    while (this.#queue.length >= this.#limit) this.writeOldest();
    const encoding = new Encoding(this, task);
    this.#queue.push(encoding);
    if (this.#isGivenUp) {
      encoding.settle(null);
      return encoding;
    }
    const encoder = this.#encoders.reduce((a, b) => (b.asked.size < a.asked.size ? b : a));
    const number = ++this.#asked;
    const { columns, builder, rows } = task;
    encoder.asked.set(number, encoding);
    encoder.port.postMessage({ number, columns, image: builder.image(rows) } satisfies EncoderQuestion);
    return encoding;
  }

  wait(encoding: Encoding): void {
    let last = performance.now();
    for (;;) {
      const seen = Atomics.load(this.#answers, 0);
      if (this.#receive()) last = performance.now();
      if (encoding.isSettled) return;
      Atomics.wait(this.#answers, 0, seen, 1000);
      // A thread that ran out of memory says nothing any more.
      if (performance.now() - last > this.#patienceMs) this.#giveUp();
    }
  }

  remove(encoding: Encoding): void {
    const at = this.#queue.indexOf(encoding);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  close(): void {
    for (const { port, worker } of this.#encoders) {
      port.close();
      void worker.terminate();
    }
  }

  /** Takes answers. Whether there were any. */
  #receive(): boolean {
    let any = false;
    for (const { port, asked } of this.#encoders) {
      for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
        const answer = got.message as EncoderAnswer;
        asked.get(answer.number)?.settle('group' in answer ? { ...answer.group, outcomes: [] } : null);
        asked.delete(answer.number);
        any = true;
      }
    }
    return any;
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    for (const { asked } of this.#encoders) {
      for (const encoding of asked.values()) encoding.settle(null);
      asked.clear();
    }
  }
}

function startEncoder(setup: EncoderSetup): Encoder {
  const { port1, port2 } = new MessageChannel();
  // The worker is loaded by Node itself, from src as TypeScript or from dist as JavaScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./encoder-worker.${extension}`, import.meta.url), {
    name: 'simtape encoder',
    workerData: { ...setup, port: port2 },
    transferList: [port2],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  // What it asked for is encoded by the writer.
  worker.on('error', () => {});
  worker.unref();
  port1.unref();
  return { worker, port: port1, asked: new Map() };
}
