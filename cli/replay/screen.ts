import type { ReadStream, WriteStream } from 'node:tty';
import type { StopSignal } from '../simulation/stopper.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies StopSignal[];

/**
 * A terminal that is drawn on. What it showed before comes back however the process ends, unless it is killed: when the
 * screen is disposed of, at a signal, and at the end of the process.
 */
export class Screen implements Disposable {
  readonly #output: WriteStream;
  readonly #input: ReadStream;
  readonly #onKeys: (input: string) => void;
  readonly #restore = () => this[Symbol.dispose]();
  readonly #onSignal: (signal: StopSignal) => void;
  #isLeft = false;

  /** @param onSignal what a signal asks for; the screen is left before */
  constructor(
    output: WriteStream,
    input: ReadStream,
    onKeys: (input: string) => void,
    onSignal: (signal: StopSignal) => void,
  ) {
    this.#output = output;
    this.#input = input;
    this.#onKeys = onKeys;
    this.#onSignal = (signal) => {
      this.#restore();
      onSignal(signal);
    };
    process.on('exit', this.#restore);
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    output.write(ENTER);
    // What is piped in holds no keys.
    if (!input.isTTY) return;
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', onKeys);
  }

  get columns(): number {
    // A terminal may not know its size.
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  /** Shows lines from the top. Resolves when they have gone, so that a slow terminal is not flooded. */
  show(lines: readonly string[]): Promise<void> {
    if (this.#isLeft) return Promise.resolve();
    const shown = lines.slice(0, this.rows).map((line) => `${line}${CLEAR_LINE}`);
    return new Promise((resolve) =>
      this.#output.write(`${HOME}${shown.join('\r\n')}${CLEAR_BELOW}`, () => resolve()),
    );
  }

  [Symbol.dispose](): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    process.off('exit', this.#restore);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    this.#output.write(LEAVE);
    if (!this.#input.isTTY) return;
    this.#input.off('data', this.#onKeys);
    this.#input.setRawMode(false);
    // Waiting for keys would keep the process alive.
    this.#input.pause();
  }
}
