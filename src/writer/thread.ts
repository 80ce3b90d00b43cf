import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { OpenedBackend } from '../backends/backend.ts';
import { LANE_BYTES, WRITER_STATE } from '../buffer/words.ts';
import { fromPlainError, SimtapeError } from '../errors.ts';
import { OtherLanes } from '../record/other-lanes.ts';
import { lossError } from './losses.ts';
import { PortLink } from './port-link.ts';
import type { ToLane, ToRecorder, Writer, WriterSetup } from './protocol.ts';

/** The writer on a thread of its own. */
export class ThreadWriter implements Writer {
  readonly link: PortLink;
  readonly others: OtherLanes = new OtherLanes();
  onReport: (error: Error) => void = () => {};
  onWarning: (message: string) => void = () => {};
  #lanes = 0;
  #closeAsked = false;
  #cause: unknown;
  #opened: OpenedBackend | Error | null = null;
  #closed: Extract<ToRecorder, { type: 'closed' }> | null = null;

  constructor(setup: WriterSetup) {
    const { port1, port2 } = new MessageChannel();
    this.link = new PortLink({
      ...setup,
      port: port1,
      receive: (message) => this.#receive(message),
      whyGone: () => this.#whyGone(),
    });
    // The worker is loaded by Node itself, from src as TypeScript or from dist as JavaScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      name: 'simtape writer',
      workerData: { ...setup, port: port2 },
      transferList: [port2],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    worker.on('error', (cause) => this.#end(cause));
    worker.on('exit', () => this.#end(undefined));
    worker.unref();
  }

  async open(): Promise<OpenedBackend> {
    await this.link.until(() => this.#opened !== null);
    return this.#openedOrThrow();
  }

  openSync(): OpenedBackend {
    this.link.untilSync(this.link.control, WRITER_STATE, () => this.#opened !== null);
    return this.#openedOrThrow();
  }

  attach(): { lane: SharedArrayBuffer; port: MessagePort } {
    const lane = new SharedArrayBuffer(LANE_BYTES);
    const { port1, port2 } = new MessageChannel();
    const number = ++this.#lanes;
    this.link.post({ type: 'lane', number, buffer: lane, port: port2 }, [port2]);
    this.link.wake();
    this.others.add(number, lane);
    return { lane, port: port1 };
  }

  flush(): Promise<void> {
    return this.link.flush();
  }

  flushSync(): void {
    this.link.flushSync();
  }

  async close(endTimestamp: number): Promise<void> {
    this.#askClose(endTimestamp);
    await this.link.until(() => this.#closed !== null);
    this.#finish();
  }

  closeSync(endTimestamp: number): void {
    this.#askClose(endTimestamp);
    this.link.untilSync(this.link.control, WRITER_STATE, () => this.#closed !== null);
    this.#finish();
  }

  #askClose(endTimestamp: number): void {
    if (this.#closeAsked) return;
    this.#closeAsked = true;
    this.link.port.postMessage({ type: 'close', endTimestamp });
    this.link.wake();
  }

  #finish(): void {
    const closed = this.#closed!;
    this.link.port.close();
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
      this.link.port.close();
      throw this.#opened;
    }
    return this.#opened!;
  }

  #receive(message: Exclude<ToRecorder, ToLane>): void {
    switch (message.type) {
      case 'opened':
        this.#opened = message.opened;
        break;
      case 'refused':
        this.#opened = fromPlainError(message.error);
        break;
      case 'report':
        this.onReport(fromPlainError(message.error));
        break;
      case 'lane table':
        this.others.nameTable(message.lane, message.table, message.name);
        break;
      case 'lane ended':
        this.others.end(message.lane);
        if (message.unitOpen) this.onWarning(brokenUnit(message.lane, message.rows));
        break;
      case 'closed':
        this.#closed = message;
    }
  }

  #end(cause: unknown): void {
    // The thread may have ended before its last words were heard.
    this.link.takeMessages();
    if (this.link.gone !== null) return;
    this.#cause = cause;
    this.link.end();
    // Nobody closed it, and it did not refuse to open: rows are lost, and somebody must hear of it.
    if (this.#closed === null && !(this.#opened instanceof Error)) this.onReport(this.link.gone!);
  }

  #whyGone(): Error {
    const error = this.#closed?.error ?? null;
    const cause = error === null ? this.#cause : fromPlainError(error);
    const why = error === null ? '' : `: ${error.message}`;
    return new SimtapeError('WriterGone', `the writer thread ended${why}`, {}, cause);
  }
}

function brokenUnit(lane: number, rows: number): string {
  const what = rows > 0 ? `${rows} rows of it that had been given to the writer` : 'the rows of it';
  return `lane ${lane} ended in the middle of a frame: ${what} are lost, all that was before is recorded`;
}
