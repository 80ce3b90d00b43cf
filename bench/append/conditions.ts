import { type BodyRow, bodyRow } from '../bodies.ts';
import { BODIES_PER_FRAME, makeState, walk } from '../state.ts';
import type { AppendSubject } from './subjects.ts';

/** Under what circumstances rows are appended. */
export interface Condition {
  readonly name: string;
  readonly frames: number;
  /** Whether the clock also sees the making of rows. */
  readonly fresh: boolean;
  /** Whether a simulation's work comes between frames. */
  readonly paced: boolean;
}

const state = makeState();
const kept: BodyRow[] = [];
let random = 1;

/** Rows of one frame, each a fresh object. */
export function frameOfRows(): BodyRow[] {
  random = walk(state, random);
  return Array.from({ length: BODIES_PER_FRAME }, (_, body) => bodyRow(state, body));
}

/** Nanoseconds a row of one burst; only appends are timed, not what stands between frames. */
export async function burst(subject: AppendSubject, condition: Condition): Promise<number> {
  const { frames, fresh, paced } = condition;
  const { loops, store } = subject;
  let ms = 0;
  for (let index = 0; index < frames; index++) {
    if (paced) simulate();
    subject.frame(index);
    if (fresh) {
      random = walk(state, random);
      ms += loops.fresh(store, state, BODIES_PER_FRAME, kept);
    } else ms += loops.made(store, frameOfRows());
  }
  await subject.settle();
  return (ms / (frames * BODIES_PER_FRAME)) * 1e6;
}

/** Times of single calls, in nanoseconds, sorted. */
export class CallTimes {
  readonly #samples: Float64Array;
  #taken = 0;

  constructor(calls: number) {
    this.#samples = new Float64Array(calls);
  }

  async take(subject: AppendSubject, { frames, paced }: Condition): Promise<void> {
    for (let index = 0; index < frames; index++) {
      if (paced) simulate();
      subject.frame(index);
      const rows = frameOfRows();
      subject.loops.each(subject.store, rows, this.#samples, this.#taken);
      this.#taken += rows.length;
    }
    await subject.settle();
  }

  sorted(): Float64Array {
    return this.#samples
      .subarray(0, this.#taken)
      .map((ms) => ms * 1e6)
      .sort();
  }
}

const field = new Float64Array(2 ** 17).map((_, i) => Math.sin(i));

/** What a simulation does between frames: about half a millisecond of arithmetic over a megabyte. */
function simulate(): void {
  for (let i = 1; i < field.length; i++) field[i] = field[i]! * 0.999 + field[i - 1]! * 0.001;
}
