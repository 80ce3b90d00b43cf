import { Worker } from 'node:worker_threads';
import { interruptRecorder } from '../../src/index.ts';
import { describe, Failure } from '../problems.ts';
import {
  type FromSimulation,
  type Opened,
  Progress,
  type SimulationJob,
  type SimulationReport,
} from './messages.ts';

/** How a simulation's thread ended. */
export interface Ended {
  readonly opened: Opened | null;
  /** Null where the thread was ended by force, or died. */
  readonly report: SimulationReport | null;
  /** Why it died. */
  readonly death: string | null;
}

export interface ThreadListener {
  warning(text: string): void;
  /** The simulation is over, and what it recorded is being written. */
  closing(): void;
  /** The simulation printed something; `write` passes it on. */
  output(write: () => void): void;
}

/** Runs a simulation on a thread of its own, so that signals and progress work whatever it does. */
export class SimulationThread {
  readonly progress: Progress;
  /** @throws `Failure` where the simulation or its recording could not be started. */
  readonly ended: Promise<Ended>;
  readonly #worker: Worker;
  readonly #listener: ThreadListener;
  #opened: Opened | null = null;

  /** @param stdout where the simulation's own output goes */
  constructor(job: Omit<SimulationJob, 'progress'>, stdout: NodeJS.WriteStream, listener: ThreadListener) {
    const buffer = new SharedArrayBuffer(Progress.BYTES);
    this.progress = new Progress(buffer);
    this.#listener = listener;
    // The worker is loaded by Node itself, from the repository as TypeScript or from dist as JavaScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`../simulation-worker.${extension}`, import.meta.url), {
      name: 'simulation',
      workerData: { ...job, progress: buffer } satisfies SimulationJob,
      stdout: true,
      stderr: true,
    });
    this.#pass(this.#worker.stdout, stdout);
    this.#pass(this.#worker.stderr, process.stderr);
    this.ended = this.#run();
  }

  get opened(): Opened | null {
    return this.#opened;
  }

  /** Asks the simulation to stop: its next call that records throws `Interrupted`. */
  stop(): void {
    this.progress.askToStop();
    this.#worker.postMessage('stop');
    this.#interrupt();
  }

  /** Ends the thread wherever it is. What was committed is safe, what was not is lost. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  async #run(): Promise<Ended> {
    try {
      return await this.#untilEnded();
    } finally {
      // Timers and sockets that the simulation left behind do not keep it alive.
      await this.#worker.terminate();
    }
  }

  #untilEnded(): Promise<Ended> {
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    let death: string | null = null;
    this.#worker.on('message', (message: FromSimulation) => {
      switch (message.type) {
        case 'refused':
          return reject(new Failure(message.reason));
        case 'opened':
          this.#opened = message.opened;
          // The wish may have come before there was a recorder.
          return this.progress.stopAsked ? this.#interrupt() : undefined;
        case 'warning':
          return this.#listener.warning(message.text);
        case 'closing':
          return this.#listener.closing();
        case 'ended':
          return resolve({ opened: this.#opened, report: message.report, death });
      }
    });
    this.#worker.on('error', (error) => {
      death = describe(error);
    });
    this.#worker.on('exit', () => resolve({ opened: this.#opened, report: null, death }));
    return promise;
  }

  #interrupt(): void {
    const handle = this.#opened?.interruptHandle;
    if (handle) interruptRecorder(handle);
  }

  #pass(from: NodeJS.ReadableStream, to: NodeJS.WriteStream): void {
    from.on('data', (chunk: Buffer) => {
      this.#listener.output(() => to.write(chunk));
    });
  }
}
