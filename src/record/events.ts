/** What a recorder tells its listeners. */
export interface RecorderEvents {
  /** Rows were lost: `WriteFailed` once for a permanent failure, `RowsRejected` for each commit with refused rows. */
  error: Error;
  /** Something that the caller should know, with nothing lost. */
  warning: string;
}

type Listener<K extends keyof RecorderEvents> = (event: RecorderEvents[K]) => void;

/** The listeners of one recorder. What nobody listens to goes to `unheard`. */
export class Events {
  readonly #listeners: { [K in keyof RecorderEvents]: Set<Listener<K>> } = {
    error: new Set(),
    warning: new Set(),
  };
  readonly #unheard: (event: Error | string) => void;

  constructor(unheard: (event: Error | string) => void) {
    this.#unheard = unheard;
  }

  /** Adds a listener; the function that comes back removes it. */
  on<K extends keyof RecorderEvents>(name: K, listener: Listener<K>): () => void {
    const listeners: Set<Listener<K>> = this.#listeners[name];
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Warns in the next turn of the event loop, so that listeners hear it who come right after the recorder was made. */
  announce(warning: string): void {
    setTimeout(() => this.emit('warning', warning), 0);
  }

  emit<K extends keyof RecorderEvents>(name: K, event: RecorderEvents[K]): void {
    const listeners: Set<Listener<K>> = this.#listeners[name];
    if (listeners.size === 0) this.#unheard(event);
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        // A listener's mistake must not stop the writer in the middle of its accounts.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
