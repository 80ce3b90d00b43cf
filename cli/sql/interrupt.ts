/** Ctrl-C as a signal: the first one aborts it, the second ends the process as usual. */
export class Interrupt implements Disposable {
  readonly #aborter = new AbortController();
  readonly #abort = () => this.#aborter.abort();

  constructor() {
    process.once('SIGINT', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#abort);
  }
}
