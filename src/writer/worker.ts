import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { loadBackend } from '../backends/registry.ts';
import {
  FLUSH_ASKED,
  FLUSH_DONE,
  REPLY,
  STATE_CLOSED,
  STATE_OPEN,
  WAKE,
  WRITER_STATE,
} from '../buffer/words.ts';
import { type PlainError, toPlainError } from '../errors.ts';
import { Drain } from './drain.ts';
import type { FromWriter, PlainLosses, ToWriter, WriterSetup } from './protocol.ts';
import { Sleep } from './sleep.ts';
import { Statistics } from './statistics.ts';

const { port, ...setup } = workerData as WriterSetup & { port: MessagePort };
const control = new Int32Array(setup.control);
const post = (message: FromWriter): void => port.postMessage(message);

function signal(word: number, value: number): void {
  Atomics.store(control, word, value);
  Atomics.notify(control, word);
}

async function open(): Promise<Drain | null> {
  try {
    const backend = await (await loadBackend(setup.backend))(setup.config);
    post({ type: 'opened', opened: await backend.open(setup.run) });
    return new Drain(backend, setup.lane, {
      control,
      statistics: new Statistics(new Float64Array(setup.statistics)),
      throwOnFailure: setup.throwOnFailure,
      partBytes: setup.partBytes,
      receive: () => receive(),
      report: (error) => post({ type: 'report', error: toPlainError(error) }),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  } catch (error) {
    post({ type: 'refused', error: toPlainError(error) });
    return null;
  }
}

const questions: Extract<ToWriter, { type: 'ask' }>[] = [];
let endTimestamp: number | null = null;
const drain = await open();

/** Takes all messages that have arrived. Questions wait until no commit is being written. */
function receive(): void {
  for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
    const message = received.message as ToWriter;
    if (message.type === 'ask') questions.push(message);
    else if (message.type === 'close') endTimestamp = message.endTimestamp;
    else drain!.lane.receive(message);
  }
}

async function answer(drain: Drain): Promise<void> {
  receive();
  for (let asked = questions.shift(); asked !== undefined; asked = questions.shift()) {
    try {
      post({ type: 'answer', number: asked.number, ids: await drain.ask(asked.question) });
    } catch (error) {
      post({ type: 'no answer', number: asked.number, error: toPlainError(error) });
    }
    signal(REPLY, asked.number);
    receive();
  }
}

function losses(drain: Drain): PlainLosses {
  const taken = drain.takeLosses();
  return { ...taken, error: taken.error === null ? null : toPlainError(taken.error) };
}

/** @returns the newest flush that was confirmed */
async function run(drain: Drain): Promise<number> {
  const sleep = new Sleep(control, setup.config.flushIntervalMs);
  let flushed = 0;
  for (;;) {
    const seen = Atomics.load(control, WAKE);
    await answer(drain);
    // A flush that is seen here was asked for after its rows were published, so the drain below has them.
    const asked = Atomics.load(control, FLUSH_ASKED);
    await drain.drain();
    if (asked !== flushed) {
      flushed = asked;
      post({ type: 'flushed', number: asked, losses: losses(drain) });
      signal(FLUSH_DONE, asked);
    }
    if (endTimestamp !== null) return flushed;
    if (sleep.rest(seen)) drain.lane.requestPublication();
  }
}

async function finish(drain: Drain, flushed: number): Promise<void> {
  // The close message may have overtaken the cut that came with it, and a flush before it.
  await drain.drain();
  const asked = Atomics.load(control, FLUSH_ASKED);
  if (asked !== flushed) post({ type: 'flushed', number: asked, losses: losses(drain) });
  let error: PlainError | null = null;
  try {
    await drain.close(endTimestamp!);
  } catch (cause) {
    error = toPlainError(cause);
  }
  post({ type: 'closed', losses: losses(drain), error });
}

if (drain !== null) {
  signal(WRITER_STATE, STATE_OPEN);
  try {
    await finish(drain, await run(drain));
  } catch (error) {
    // Nobody who waits without an event loop would hear of a thread that died: so it says good-bye.
    const nothing = { failed: 0, rejected: 0, examples: [], error: null };
    post({ type: 'closed', losses: nothing, error: { message: toPlainError(error).message } });
  }
}
signal(WRITER_STATE, STATE_CLOSED);
Atomics.notify(control, FLUSH_DONE);
Atomics.notify(control, REPLY);
port.close();
