import { RandomStream } from '../random.ts';
import type { Air } from './air.ts';
import { wrapAngle } from './angle.ts';
import type { PlumeSample } from './filaments.ts';
import { CastAndSurge, type Control } from './navigator.ts';
import type { PlumeOptions } from './options.ts';
import type { PlumeStepData, TerminationReason } from './records.ts';

/** Reward of a step: metres gained towards the source, less this per second, plus a bonus for the end. */
const TIME_COST = 0.1;
const END_BONUS: Readonly<Record<TerminationReason, number>> = { success: 10, timeout: 0, left_arena: -5 };

/** One agent in one episode. A step is `decide`, then the air moves on, then `move`. */
export class SearchingAgent {
  readonly #options: PlumeOptions;
  readonly #navigator: CastAndSurge;
  readonly #sample: PlumeSample = { concentration: 0, gradientX: 0, gradientY: 0 };
  readonly #shortest: number;
  #x: number;
  #y: number;
  #orientation: number;
  #control: Control = { turnRate: 0, speed: 0 };
  #distanceToSource: number;
  #travelled = 0;
  #reward = 0;
  #time = 0;
  #termination: TerminationReason | null = null;

  /**
   * Placed at random in the start area, heading anywhere; all of its chance comes from a stream of its own.
   */
  constructor(options: PlumeOptions, episode: number, agent: number, air: Air) {
    const random = RandomStream.named(options.seed, `episode ${episode} agent ${agent}`);
    const { source, startDistance, startOffset, successRadius } = options;
    this.#options = options;
    this.#x = source[0] + random.uniform(startDistance[0], startDistance[1]);
    this.#y = source[1] + random.uniform(-startOffset, startOffset);
    this.#orientation = wrapAngle(random.uniform(-Math.PI, Math.PI));
    this.#navigator = new CastAndSurge(options, random);
    this.#distanceToSource = this.#measure();
    this.#shortest = Math.max(0, this.#distanceToSource - successRadius);
    air.sample(this.#x, this.#y, this.#sample);
  }

  get position(): [number, number] {
    return [this.#x, this.#y];
  }

  get distanceToSource(): number {
    return this.#distanceToSource;
  }

  /** m. */
  get travelled(): number {
    return this.#travelled;
  }

  /** Sum over its steps. */
  get reward(): number {
    return this.#reward;
  }

  /** s from the episode's start to the end of its last step. */
  get time(): number {
    return this.#time;
  }

  /** Null while it searches. */
  get termination(): TerminationReason | null {
    return this.#termination;
  }

  /** See `path_efficiency` of the episode's record. */
  get pathEfficiency(): number {
    if (this.#termination !== 'success' || this.#travelled === 0) return 0;
    // A straight run may round to just above 1.
    return Math.min(1, this.#shortest / this.#travelled);
  }

  /** Chooses the control for the coming step from what is sensed now. */
  decide(air: Air): void {
    const { concentration } = this.#sample;
    const { timeStep } = this.#options;
    this.#control = this.#navigator.decide(this.#orientation, concentration, air.u, air.v, timeStep);
  }

  /** Carries out the control over step `step` (0-based) and senses the air at the end of it. */
  move(air: Air, step: number): PlumeStepData {
    const { timeStep, arenaLength, arenaWidth, successRadius, steps } = this.#options;
    const { turnRate, speed } = this.#control;
    this.#orientation = wrapAngle(this.#orientation + turnRate * timeStep);
    const vx = speed * Math.cos(this.#orientation);
    const vy = speed * Math.sin(this.#orientation);
    this.#x += vx * timeStep;
    this.#y += vy * timeStep;
    this.#travelled += speed * timeStep;
    this.#time = (step + 1) * timeStep;
    air.sample(this.#x, this.#y, this.#sample);

    const before = this.#distanceToSource;
    this.#distanceToSource = this.#measure();
    if (this.#distanceToSource <= successRadius) this.#termination = 'success';
    else if (this.#x < 0 || this.#x > arenaLength || this.#y < 0 || this.#y > arenaWidth) {
      this.#termination = 'left_arena';
    } else if (step + 1 >= steps) this.#termination = 'timeout';

    const bonus = this.#termination === null ? 0 : END_BONUS[this.#termination];
    const reward = before - this.#distanceToSource - TIME_COST * timeStep + bonus;
    this.#reward += reward;
    return {
      simulation_time: this.#time,
      position: [this.#x, this.#y],
      orientation: this.#orientation,
      velocity: [vx, vy],
      concentration: this.#sample.concentration,
      gradient: [this.#sample.gradientX, this.#sample.gradientY],
      action: { turn_rate: turnRate, speed },
      reward,
      done: this.#termination !== null,
      info: {
        mode: this.#navigator.mode,
        hit: this.#navigator.hit,
        distance_to_source: this.#distanceToSource,
        wind: [air.u, air.v],
      },
    };
  }

  #measure(): number {
    return Math.hypot(this.#x - this.#options.source[0], this.#y - this.#options.source[1]);
  }
}
