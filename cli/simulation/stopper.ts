import type { SimulationThread } from './thread.ts';

/** How long a simulation may go on after it was asked to stop, in milliseconds; less where nothing can be lost. */
const PATIENCE_MS = 3000;
const PATIENCE_WITHOUT_RECORDING_MS = 300;

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type StopSignal = keyof typeof SIGNALS;

/** Exit code of a program that a signal ended. */
export function exitCodeOf(signal: StopSignal): number {
  return SIGNALS[signal];
}

/**
 * Turns signals into a clean end: the first asks the simulation to stop, and once it has, its rows are written however
 * long that takes. One that does not stop in time, or a second signal, ends it by force.
 */
export class Stopper implements Disposable {
  readonly #thread: SimulationThread;
  readonly #tell: (text: string) => void;
  #signal: StopSignal | null = null;
  #forced = false;
  #closing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(thread: SimulationThread, tell: (text: string) => void) {
    this.#thread = thread;
    this.#tell = tell;
    for (const signal of Object.keys(SIGNALS)) process.on(signal, this.#onSignal);
  }

  /** The first signal that came. */
  get signal(): StopSignal | null {
    return this.#signal;
  }

  get forced(): boolean {
    return this.#forced;
  }

  /** The simulation has stopped, and what it recorded is being written. */
  closing(): void {
    this.#closing = true;
    clearTimeout(this.#timer);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#listenNoMore();
  }

  readonly #onSignal = (signal: StopSignal): void => {
    if (this.#signal !== null) {
      this.#force();
      return;
    }
    this.#signal = signal;
    const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'a second signal';
    this.#tell(`stopping, once all rows are written; ${again} stops at once`);
    this.#thread.stop();
    if (this.#closing) return;
    const nothingToLose = this.#thread.opened?.interruptHandle === null;
    const patience = nothingToLose ? PATIENCE_WITHOUT_RECORDING_MS : PATIENCE_MS;
    this.#timer = setTimeout(() => this.#force(), patience);
  };

  #force(): void {
    this.#forced = true;
    // A thread that hangs in a system call cannot be ended: then the next signal ends the process.
    this.#listenNoMore();
    void this.#thread.terminate();
  }

  #listenNoMore(): void {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, this.#onSignal);
  }
}
