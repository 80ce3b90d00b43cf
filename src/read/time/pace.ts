import type { ReplayClock } from './replay-clock.ts';

/**
 * When moments are due. Counted from one start, not from moment to moment, so that what a timer is late by does not add up.
 * All by the clock are milliseconds, all of the simulation seconds.
 */
export class Pace {
  readonly #clock: ReplayClock;
  #speed: number;
  /** A moment of this time is due at that instant; null until there is one. */
  #start: { readonly time: number; readonly at: number } | null = null;

  constructor(clock: ReplayClock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }

  /** From now on; `time` is where the replay is. */
  setSpeed(speed: number, time: number): void {
    if (this.#start !== null) this.startAt(Math.max(time, this.time()));
    this.#speed = speed;
  }

  /** Says that a moment of this time is due so many milliseconds from now. */
  startAt(time: number, inMs = 0): void {
    this.#start = { time, at: this.#clock.now() + inMs };
  }

  get isStarted(): boolean {
    return this.#start !== null;
  }

  /** Milliseconds until a moment is due; below 0 where it is late. */
  msUntil(time: number): number {
    const { time: started, at } = this.#start!;
    return at + this.msFor(time - started) - this.#clock.now();
  }

  /** Milliseconds by the clock that seconds of simulation take. */
  msFor(seconds: number): number {
    return (seconds * 1000) / this.#speed;
  }

  /** The time of simulation that is due now. */
  time(): number {
    const { time, at } = this.#start!;
    if (this.#speed === Number.POSITIVE_INFINITY) return time;
    return time + ((this.#clock.now() - at) * this.#speed) / 1000;
  }
}
