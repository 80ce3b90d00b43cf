import { type MessagePort, workerData } from 'node:worker_threads';
import { loadBackend } from '../backends/registry.ts';
import { FLUSH_DONE, REPLY, STATE_CLOSED, STATE_OPEN, WAKE, WRITER_STATE } from '../buffer/words.ts';
import { type PlainError, toPlainError } from '../errors.ts';
import { Drain } from './drain.ts';
import { LaneDesk } from './lane-desk.ts';
import type { ToRecorder, WriterSetup } from './protocol.ts';
import { Sleep } from './sleep.ts';

const { port, ...setup } = workerData as WriterSetup & { port: MessagePort };
const control = new Int32Array(setup.control);
const post = (message: ToRecorder): void => port.postMessage(message);
/** The recorder's own lane first, then those of other threads. */
const desks: LaneDesk[] = [];
let endTimestamp: number | null = null;

async function open(): Promise<Drain | null> {
  try {
    const backend = await (await loadBackend(setup.backend))(setup.config);
    post({ type: 'opened', opened: await backend.open(setup.run) });
    return new Drain(backend, setup.lane, {
      ...setup,
      receive: () => receive(),
      report: (error) => post({ type: 'report', error: toPlainError(error) }),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  } catch (error) {
    post({ type: 'refused', error: toPlainError(error) });
    return null;
  }
}

const drain = await open();

/** Takes all messages that have arrived. */
function receive(): void {
  for (const desk of desks) {
    desk.receive((message) => {
      if (message.type === 'close') endTimestamp = message.endTimestamp;
      else if (message.type === 'lane')
        desks.push(new LaneDesk(drain!, drain!.attach(message.buffer), message.number, message.port));
      else desk.lane.receive(message);
    });
  }
}

/** Answers what is asked, which may be asked because of another answer. */
async function answer(): Promise<void> {
  receive();
  for (const desk of desks) {
    const name = (table: number, name: string) =>
      desk.number > 0 && post({ type: 'lane table', lane: desk.number, table, name });
    await desk.answer(name);
    receive();
  }
}

/** Says good-bye to lanes whose threads have ended, once nothing is written that they could wait behind. */
async function partWithEnded(drain: Drain): Promise<void> {
  // Only in a turn of the event loop does a port hear that its other end is gone.
  await new Promise((resolve) => setImmediate(resolve));
  for (const desk of desks.filter(({ number, ended }) => number > 0 && ended)) {
    if (drain.isWaiting(desk.lane)) continue;
    desks.splice(desks.indexOf(desk), 1);
    const { unitOpen, rows } = await drain.detach(desk.lane);
    desk.close();
    post({ type: 'lane ended', lane: desk.number, unitOpen, rows });
  }
}

async function run(drain: Drain): Promise<void> {
  const sleep = new Sleep(control, setup.config.flushIntervalMs);
  for (;;) {
    const seen = Atomics.load(control, WAKE);
    await answer();
    // A flush that is seen here was asked for after its rows were published, so the drain below has them.
    for (const desk of desks) desk.noteFlush();
    await drain.drain();
    if (!drain.busy) for (const desk of desks) desk.confirmFlush();
    if (desks.length > 1) await partWithEnded(drain);
    if (endTimestamp !== null) return;
    if (sleep.rest(seen)) drain.requestPublication();
  }
}

async function finish(drain: Drain): Promise<void> {
  // The close message may have overtaken the cut that came with it, and a flush before it.
  for (const desk of desks) desk.noteFlush();
  await drain.drain();
  const rows = await drain.closeLanes();
  for (const desk of desks) {
    desk.confirmFlush();
    const lane = desk.number;
    if (lane > 0)
      post({ type: 'lane ended', lane, unitOpen: desk.lane.unitOpen, rows: rows.get(desk.lane) ?? 0 });
  }
  let error: PlainError | null = null;
  try {
    await drain.close(endTimestamp!);
  } catch (cause) {
    error = toPlainError(cause);
  }
  post({ type: 'closed', losses: drain.takeLosses(drain.lane), error });
}

if (drain !== null) {
  desks.push(new LaneDesk(drain, drain.lane, 0, port));
  Atomics.store(control, WRITER_STATE, STATE_OPEN);
  Atomics.notify(control, WRITER_STATE);
  try {
    await run(drain);
    await finish(drain);
  } catch (error) {
    // Nobody who waits without an event loop would hear of a thread that died: so it says good-bye.
    const nothing = { failed: 0, rejected: 0, examples: [], error: null };
    post({ type: 'closed', losses: nothing, error: { message: toPlainError(error).message } });
  }
}
Atomics.store(control, WRITER_STATE, STATE_CLOSED);
Atomics.notify(control, WRITER_STATE);
for (const { lane } of desks) {
  Atomics.notify(lane.words, FLUSH_DONE);
  Atomics.notify(lane.words, REPLY);
}
for (const desk of desks) desk.close();
port.close();
