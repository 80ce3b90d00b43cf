import { SimtapeError } from '../../errors.ts';
import type { Reader } from '../reader.ts';
import { type FramesOptions, spanOf } from './frames-of.ts';
import type { Moment, Timeline } from './moment.ts';
import { Pace } from './pace.ts';
import { REAL_CLOCK, type ReplayClock } from './replay-clock.ts';
import { timelineOf } from './timeline.ts';

/** Which moments are played, and how fast. */
export interface ReplayOptions extends FramesOptions {
  /** Seconds of simulation in a second. Default 1; `Infinity` gives moments as fast as they are taken. */
  readonly speed?: number;
  /** Begins again at the end. Default false. */
  readonly loop?: boolean;
  /**
   * What happens where moments are taken too slowly: `wait` (default) leaves none out and lets the replay fall behind; `skip`
   * keeps up with the clock and leaves out what is late.
   */
  readonly late?: 'wait' | 'skip';
  /** Default: the time of this machine. */
  readonly clock?: ReplayClock;
}

/** Moments that come when they are due. Ends with `return`, or with the loop that takes them. */
export interface Replay extends AsyncIterableIterator<Moment, void> {
  /** Of the moment that came last; null before the first. */
  readonly time: number | null;
  readonly isPaused: boolean;
  speed: number;
  /** No moment comes until `resume`, but for what `step` and `seek` ask for. */
  pause(): void;
  /** Goes on with the moment behind the last one. */
  resume(): void;
  /** The next moment comes at once, though it may be paused. */
  step(): void;
  /**
   * Goes on from another time: the moment that was last at it, or else the first one, comes at once, though it may be
   * paused.
   */
  seek(time: number): void;
  return(): Promise<IteratorResult<Moment, void>>;
}

/**
 * Plays a recording back in the time of the simulation.
 *
 * @example
 * for await (const { time, tables } of replay(recording, { speed: 2, loop: true })) draw(time, tables.state);
 * @throws `InvalidConfig`, `NotFound`, when it is called
 */
export function replay(reader: Reader, options: ReplayOptions = {}): Replay {
  const { late = 'wait', speed = 1 } = options;
  if (late !== 'wait' && late !== 'skip') throw refused('late', late, 'takes wait and skip');
  checkSpeed(speed);
  return new TimelineReplay(timelineOf(reader, options), spanOf(options), options);
}

/** How long the last moment of a loop is there, where it is the only one; in seconds. */
const LONE_MOMENT = 1 / 60;

class TimelineReplay implements Replay {
  readonly #timeline: Timeline;
  readonly #from: number;
  readonly #to: number;
  readonly #loop: boolean;
  readonly #skips: boolean;
  readonly #clock: ReplayClock;
  readonly #pace: Pace;
  #moments: AsyncGenerator<Moment, void>;
  /** The moment that comes next, where it has been read. */
  #ahead: Moment | null = null;
  #last: Moment | null = null;
  /** Time of the moment behind which the next one stands; null where the next one stands elsewhere. */
  #before: number | null = null;
  /** Seconds between the last two moments. */
  #interval = LONE_MOMENT;
  #isPaused = false;
  #isEnded = false;
  #steps = 0;
  #target: number | null = null;
  #waking = new AbortController();
  /** Calls of `next` wait for each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    timeline: Timeline,
    [from, to]: readonly [number, number],
    { speed = 1, loop = false, late = 'wait', clock = REAL_CLOCK }: ReplayOptions,
  ) {
    this.#timeline = timeline;
    this.#from = from;
    this.#to = to;
    this.#loop = loop;
    this.#skips = late === 'skip';
    this.#clock = clock;
    this.#pace = new Pace(clock, speed);
    this.#moments = timeline.moments(from, to);
  }

  get time(): number | null {
    return this.#last?.time ?? null;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get speed(): number {
    return this.#pace.speed;
  }

  set speed(speed: number) {
    checkSpeed(speed);
    this.#pace.setSpeed(speed, this.#last?.time ?? 0);
    this.#wake();
  }

  pause(): void {
    this.#isPaused = true;
    this.#wake();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#last !== null) this.#pace.startAt(this.#last.time);
    this.#wake();
  }

  step(): void {
    this.#steps++;
    this.#wake();
  }

  seek(time: number): void {
    if (Number.isNaN(time)) throw refused('seek', time, 'takes seconds of simulation');
    this.#target = Math.min(Math.max(time, this.#from), this.#to);
    this.#wake();
  }

  next(): Promise<IteratorResult<Moment, void>> {
    const turn = this.#turn.then(() => this.#next());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async return(): Promise<IteratorResult<Moment, void>> {
    this.#isEnded = true;
    this.#wake();
    await this.#turn;
    await this.#moments.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<Moment, void>> {
    for (let isFirstLook = true; !this.#isEnded; isFirstLook = false) {
      // What is asked for from here on ends the wait below.
      const { signal } = this.#waking;
      if (this.#target !== null) {
        await this.#goTo(this.#target);
        if (this.#ahead !== null) return this.#give(this.#ahead, 'now');
      }
      const moment = await this.#peek();
      if (moment === null) break;
      if (this.#target !== null || this.#isEnded) continue;
      if (this.#steps > 0) {
        this.#steps--;
        return this.#give(moment, 'now');
      }
      if (this.#isPaused) {
        await woken(signal);
        continue;
      }
      if (!this.#pace.isStarted) this.#pace.startAt(moment.time);
      const wait = this.#pace.msUntil(moment.time);
      if (wait <= 0) {
        // Late when it is asked for, rather than because a timer was.
        if (isFirstLook && wait < 0) await this.#catchUp(moment, -wait);
        if (this.#target !== null || this.#isEnded) continue;
        return this.#give(this.#ahead!, 'due');
      }
      await this.#clock.sleep(wait, signal);
    }
    this.#isEnded = true;
    return { done: true, value: undefined };
  }

  /** Hands out the moment ahead; one that comes `now` sets the pace anew. */
  #give(moment: Moment, when: 'now' | 'due'): IteratorResult<Moment, void> {
    if (when === 'now') this.#pace.startAt(moment.time);
    const passed = this.#before === null ? 0 : moment.time - this.#before;
    if (passed > 0) this.#interval = passed;
    this.#before = moment.time;
    this.#last = moment;
    this.#ahead = null;
    return { done: false, value: moment };
  }

  /** The next moment, of the next round where this one has ended; null at the end. */
  async #peek(): Promise<Moment | null> {
    if (this.#ahead !== null) return this.#ahead;
    let { value } = await this.#moments.next();
    if (value === undefined && this.#loop && this.#target === null && !this.#isEnded) {
      value = await this.#reopen(undefined);
      if (value !== undefined && this.#pace.isStarted) {
        // The last moment is there for as long as the one before it was.
        const due = this.#last === null ? 0 : this.#pace.msUntil(this.#last.time + this.#interval);
        this.#pace.startAt(value.time, Math.max(0, due));
      }
    }
    this.#ahead = value ?? null;
    return this.#ahead;
  }

  /** What to do about a moment that is asked for so many milliseconds after it was due. */
  async #catchUp(moment: Moment, lateMs: number): Promise<void> {
    const { speed } = this.#pace;
    if (speed === Number.POSITIVE_INFINITY) return;
    if (!this.#skips) {
      // Less than a moment is made up for by itself.
      if (lateMs > this.#pace.msFor(this.#interval)) this.#pace.startAt(moment.time);
      return;
    }
    const instant = await this.#timeline.previous(Math.min(this.#pace.time(), this.#to));
    if (instant !== null && instant.time > moment.time) this.#ahead = (await this.#reopen(instant)) ?? moment;
  }

  async #goTo(time: number): Promise<void> {
    this.#target = null;
    const instant = await this.#timeline.previous(time);
    const isWithin = instant !== null && instant.time >= this.#from;
    this.#ahead = (await this.#reopen(isWithin ? instant : undefined)) ?? null;
  }

  /** Goes on from an instant, or from the start. */
  async #reopen(first: Parameters<Timeline['moments']>[2]): Promise<Moment | undefined> {
    await this.#moments.return();
    this.#before = null;
    this.#moments = this.#timeline.moments(this.#from, this.#to, first);
    const { value } = await this.#moments.next();
    return value ?? undefined;
  }

  #wake(): void {
    this.#waking.abort();
    this.#waking = new AbortController();
  }
}

async function woken(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function checkSpeed(speed: unknown): void {
  if (typeof speed === 'number' && speed > 0) return;
  throw refused('speed', speed, 'takes a number above 0, or Infinity');
}

function refused(key: string, value: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `${key} = ${value}: ${why}`, { key, value });
}
