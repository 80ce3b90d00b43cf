import type { RandomStream } from '../random.ts';
import { wrapAngle } from './angle.ts';

export interface NavigatorParameters {
  /** Concentration at or above which the agent smells odour, ou/m^3. */
  readonly sensorThreshold: number;
  /** Ground speed limit, m/s. */
  readonly maxSpeed: number;
  /** Turn rate limit, rad/s. */
  readonly maxTurnRate: number;
  /** How long a hit keeps the agent surging upwind, s. */
  readonly surgeTime: number;
  /**
   * Length of the first full casting leg, m; the leg before it, from the track of the surge, is half as long.
   */
  readonly castWidth: number;
  /** Factor from one casting leg to the next, 1 or more. */
  readonly castGrowth: number;
  /** Angle of a casting leg to the upwind direction, rad: pi/2 is straight across, more drifts downwind. */
  readonly castAngle: number;
}

/** Whether an agent follows the odour upwind, or looks for it across the wind. */
export type SearchMode = 'surge' | 'cast';

/** What the agent does over one step: both within its limits. */
export interface Control {
  /** rad/s, counterclockwise positive. */
  readonly turnRate: number;
  /** m/s. */
  readonly speed: number;
}

/** Slowest share of the top speed, so that a turn on the spot still moves the agent off it. */
const TURNING_SPEED = 0.2;

/**
 * Cast-and-surge search of a walking or driving agent, after the flight of male moths (Vickers & Baker 1994,
 * PNAS 91, 5756) and its idealisation by Balkovsky & Shraiman (2002, PNAS 99, 12589): run upwind while odour
 * is met, and after a loss sweep across the wind in legs of growing length until it is met again.
 */
export class CastAndSurge {
  readonly #parameters: NavigatorParameters;
  readonly #random: RandomStream;
  #mode: SearchMode = 'cast';
  /** +1 casts to the left of upwind, -1 to the right. */
  #side: 1 | -1 = 1;
  #legLength = 0;
  #legLeft = 0;
  #timeSinceHit: number = Number.POSITIVE_INFINITY;
  #hit = false;

  constructor(parameters: NavigatorParameters, random: RandomStream) {
    this.#parameters = parameters;
    this.#random = random;
    this.#startCasting();
  }

  get mode(): SearchMode {
    return this.#mode;
  }

  /** Whether the last decision was taken on a concentration at or above the threshold. */
  get hit(): boolean {
    return this.#hit;
  }

  /**
   * Chooses the control for the next `dt` seconds.
   *
   * @param orientation - heading now, rad
   * @param concentration - at the agent now, ou/m^3
   * @param u - wind at the agent, m/s
   * @param v - wind at the agent, m/s
   */
  decide(orientation: number, concentration: number, u: number, v: number, dt: number): Control {
    const { sensorThreshold, surgeTime, castAngle } = this.#parameters;
    this.#hit = concentration >= sensorThreshold;
    this.#timeSinceHit = this.#hit ? 0 : this.#timeSinceHit + dt;
    if (this.#timeSinceHit <= surgeTime) this.#mode = 'surge';
    else if (this.#mode === 'surge') this.#startCasting();

    const upwind = Math.atan2(-v, -u);
    if (this.#mode === 'surge') return this.#steer(orientation, upwind, dt);
    const control = this.#steer(orientation, upwind + this.#side * castAngle, dt);
    this.#follow(control.speed * dt);
    return control;
  }

  #startCasting(): void {
    this.#mode = 'cast';
    this.#side = this.#random.uniform() < 0.5 ? 1 : -1;
    this.#legLength = this.#parameters.castWidth;
    this.#legLeft = this.#legLength / 2;
  }

  #follow(travelled: number): void {
    this.#legLeft -= travelled;
    if (this.#legLeft > 0) return;
    this.#side = this.#side === 1 ? -1 : 1;
    this.#legLeft = this.#legLength;
    this.#legLength *= this.#parameters.castGrowth;
  }

  /**
   * Turns towards `heading` as fast as allowed, and slows down by the angle that is still missing after it.
   */
  #steer(orientation: number, heading: number, dt: number): Control {
    const { maxTurnRate, maxSpeed } = this.#parameters;
    const error = wrapAngle(heading - orientation);
    const turnRate = Math.max(-maxTurnRate, Math.min(maxTurnRate, error / dt));
    const missing = error - turnRate * dt;
    return { turnRate, speed: maxSpeed * Math.max(TURNING_SPEED, Math.cos(missing)) };
  }
}
