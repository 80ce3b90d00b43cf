import type { Recorder } from '../../src/index.ts';
import { AGENT, LANES, NOTES, OPERATIONS, STATES, STEPS, wordsOf } from './board.ts';
import { seeded } from './random.ts';
import { Agent, Note, State } from './tables.ts';

/** Records on one lane what a seed says, and notes on the board what has come to the writer. */
export class Performer {
  readonly #recorder: Recorder;
  readonly #lane: number;
  readonly #board: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #random: (end: number) => number;
  readonly #agent: number;
  #states = 0;
  #notes = 0;
  #steps = 0;
  #filling = 0;

  constructor(recorder: Recorder, lane: number, seed: number, board: SharedArrayBuffer) {
    this.#recorder = recorder;
    this.#lane = lane;
    this.#board = board;
    this.#words = wordsOf(board, lane);
    this.#random = seeded(seed * 31 + lane);
    this.#agent = recorder.table(Agent).append({ lane });
    // Other lanes may refer to it from now on.
    Atomics.store(this.#words, AGENT, this.#agent);
  }

  /** One operation of the schedule. */
  perform(): void {
    const dice = this.#random(100);
    if (dice < 45) this.#frame(1 + this.#random(40));
    else if (dice < 47) this.#frame(1500 + this.#random(2500));
    else if (dice < 70) this.#note();
    else if (dice < 90) this.#step();
    else if (dice < 93) this.#recorder.flushSync();
    else this.#frame(0);
    Atomics.add(this.#words, OPERATIONS, 1);
  }

  /** Opens a frame that does not end. */
  leaveOpen(): void {
    this.#recorder.recordFrame(this.#states);
    this.#append(this.#random(30), 0);
  }

  /** Adds rows to a frame that does not end, so that it fills the memory. */
  fill(): void {
    if (this.#filling === 0) this.#recorder.recordFrame(this.#states);
    this.#append(200, 0);
    this.#filling++;
    Atomics.add(this.#words, OPERATIONS, 1);
  }

  #frame(rows: number): void {
    this.#recorder.recordFrame(this.#states);
    this.#append(rows, rows);
    // A step of a frame is published with it.
    if (this.#random(3) === 0) this.#record();
    this.#recorder.endFrame();
    Atomics.store(this.#words, STATES, this.#states);
    Atomics.store(this.#words, STEPS, this.#steps);
  }

  #append(rows: number, size: number): void {
    const table = this.#recorder.table(State);
    for (let row = 0; row < rows; row++) {
      const n = this.#states++;
      table.append({ agent_id: this.#agent, n, size, state: new Array(16).fill(n) });
    }
  }

  #note(): void {
    const other = Atomics.load(wordsOf(this.#board, this.#random(LANES)), AGENT);
    const agent_id = other === 0 ? this.#agent : other;
    this.#recorder.table(Note).append({ agent_id, lane: this.#lane, n: this.#notes, value: -this.#notes });
    Atomics.store(this.#words, NOTES, ++this.#notes);
  }

  #step(): void {
    this.#record();
    Atomics.store(this.#words, STEPS, this.#steps);
  }

  #record(): void {
    const step = this.#steps++;
    const data = { [`value_${this.#lane % 3}`]: step, shared: step % 2 === 0 ? step : null };
    this.#recorder.recordStep(data, step, this.#lane + 1);
  }
}
