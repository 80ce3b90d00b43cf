import type { DuckDBConnection } from '@duckdb/node-api';

/** An interruption is lost where it comes just before the work begins, so that it is repeated. */
const INTERRUPT_AGAIN_MS = 10;

/** What runs on a connection of its own, and can be cancelled at any time. */
export class Statement {
  readonly connection: DuckDBConnection;
  readonly #onEnd: () => void;
  #reason: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;
  #busy = false;
  #ended = false;

  constructor(connection: DuckDBConnection, onEnd: () => void) {
    this.connection = connection;
    this.#onEnd = onEnd;
  }

  /** Why it was cancelled; undefined where it was not. */
  get reason(): unknown {
    return this.#reason;
  }

  /** Runs a piece of its work; rejects where it was cancelled. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseIfCancelled();
    this.#busy = true;
    try {
      const result = await work();
      this.#refuseIfCancelled();
      return result;
    } catch (error) {
      throw this.#reason ?? error;
    } finally {
      this.#busy = false;
      if (this.#reason !== undefined) this.end();
    }
  }

  /** Ends it, at once or as soon as DuckDB lets go. */
  cancel(reason: unknown): void {
    if (this.#ended || this.#reason !== undefined) return;
    this.#reason = reason;
    if (!this.#busy) {
      this.end();
      return;
    }
    const interrupt = () => this.connection.interrupt();
    interrupt();
    this.#timer = setInterval(interrupt, INTERRUPT_AGAIN_MS);
  }

  /** Closes the connection. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    this.connection.closeSync();
    this.#onEnd();
  }

  #refuseIfCancelled(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }
}
