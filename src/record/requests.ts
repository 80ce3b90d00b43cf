import {
  LANES,
  REQUEST,
  REQUEST_CLOSED,
  REQUEST_EACH,
  REQUEST_FAILED,
  REQUEST_NONE,
  REQUEST_PUBLISH,
  REQUEST_STOP,
} from '../buffer/words.ts';
import { SimtapeError } from '../errors.ts';

/** What answering a request needs of the lane. */
export interface RequestPort {
  readonly unitOpen: boolean;
  /** Publishes all units that have ended. */
  publish(): void;
  /** Tells the writer that something waits to be done. */
  wake(): void;
  /** From now on every row is refused with this error. */
  shut(error: SimtapeError): SimtapeError;
}

/** What the writer, or whoever attached a lane, asks of it: one word, at which `append` looks after each row. */
export class Requests {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  #joined = false;

  /**
   * @param control the control block
   * @param words the lane's words
   */
  constructor(control: Int32Array, words: Int32Array) {
    this.#control = control;
    this.#words = words;
  }

  /**
   * Does what is asked.
   * @throws `Interrupted`, `WriteFailed`, `RecorderClosed` where the lane is to record no more
   */
  attend(lane: RequestPort): void {
    const asked = this.#words[REQUEST];
    // A stop or an end waits until the open unit has ended, so that none is cut in two.
    if ((asked === REQUEST_STOP || asked === REQUEST_CLOSED) && lane.unitOpen) return;
    switch (asked) {
      case REQUEST_STOP:
        throw new SimtapeError(
          'Interrupted',
          'the recorder was asked to stop; what was recorded is safe',
          {},
        );
      case REQUEST_FAILED:
        throw new SimtapeError(
          'WriteFailed',
          'the recording cannot be written any more; later rows are lost',
          { failed: 0 },
        );
      case REQUEST_CLOSED:
        throw lane.shut(closed('the recorder that this lane belongs to is closed'));
      case REQUEST_EACH:
        lane.publish();
        // Only this thread adds lanes, so none comes in between.
        if (!this.#joined && Atomics.load(this.#control, LANES) === 0) this.#done(REQUEST_EACH);
        return;
      default:
        lane.publish();
        this.#done(REQUEST_PUBLISH);
        lane.wake();
    }
  }

  /** The lane is one of those that were attached: its units are published at their ends as long as it lives. */
  join(): void {
    this.#joined = true;
    this.publishEach();
  }

  /** Has each unit published at its end, since rows of other lanes may refer to it. */
  publishEach(): void {
    for (let seen = Atomics.load(this.#words, REQUEST); isPassing(seen); ) {
      const found = Atomics.compareExchange(this.#words, REQUEST, seen, REQUEST_EACH);
      if (found === seen) return;
      seen = found;
    }
  }

  #done(request: number): void {
    Atomics.compareExchange(this.#words, REQUEST, request, REQUEST_NONE);
  }
}

function isPassing(request: number): boolean {
  return request === REQUEST_NONE || request === REQUEST_PUBLISH;
}

/** The error of a recorder, or a lane of it, that takes nothing any more. */
export function closed(what: string): SimtapeError<'RecorderClosed'> {
  return new SimtapeError('RecorderClosed', `${what}: create another one`, {});
}
