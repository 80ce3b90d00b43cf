import type { RandomStream } from '../random.ts';

export interface FilamentParameters {
  /** Arena, m: x in [0, arenaLength], y in [0, arenaWidth]. */
  readonly arenaLength: number;
  readonly arenaWidth: number;
  /** Where puffs are released, m, at height 0. */
  readonly source: readonly [number, number];
  /** Puffs per second. */
  readonly releaseRate: number;
  /** Odour released, odour units (ou) per second. */
  readonly emissionRate: number;
  /** Radius R (standard deviation) of a new puff, m. */
  readonly puffRadius: number;
  /** gamma in dR/dt = gamma / (2R), m^2/s. */
  readonly puffGrowth: number;
  /** Random walk of a puff about the wind's path, m per square root of a second and axis. */
  readonly puffDispersion: number;
  /** Age at which a puff is dropped, s. */
  readonly puffMaxAge: number;
}

/**
 * Concentration, ou/m^3, and its horizontal gradient, ou/m^4. Filled in place, so that sampling allocates
 * nothing.
 */
export interface PlumeSample {
  concentration: number;
  gradientX: number;
  gradientY: number;
}

/** A puff is felt up to this many radii; what lies beyond is 1.5e-5 of its mass. */
const CUTOFF_RADII = 5;

const NORMALISATION = (2 * Math.PI) ** -1.5;

/**
 * Odour as a train of puffs (filaments) after Farrell et al. (2002, Environmental Fluid Mechanics 2,
 * 143-169): carried by the wind, scattered by a white-noise velocity of their own, and growing as
 * dR/dt = gamma / (2R).
 *
 * A puff of amount Q is an isotropic Gaussian in three dimensions,
 *   c(r) = Q / ((2 pi)^(3/2) R^3) exp(-r^2 / (2 R^2)),
 * so it holds Q whatever its radius. Puffs also scatter in height; the source and the agents are at z = 0.
 */
export class FilamentPlume {
  readonly #parameters: FilamentParameters;
  readonly #random: RandomStream;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #z: Float64Array;
  readonly #age: Float64Array;
  /** R squared, m^2: growth is linear in it. */
  readonly #radius2: Float64Array;
  readonly #amount: number;
  /** Distance, m, outside the arena from which no puff can be felt inside it. */
  readonly #margin: number;
  #count = 0;
  /** Puffs due but not yet released, a fraction below 1. */
  #owed = 0;

  constructor(parameters: FilamentParameters, random: RandomStream) {
    const { releaseRate, emissionRate, puffRadius, puffGrowth, puffMaxAge } = parameters;
    // One puff per release interval in [0, puffMaxAge], and one for rounding.
    const capacity = Math.ceil(releaseRate * puffMaxAge) + 2;
    this.#parameters = parameters;
    this.#random = random;
    this.#x = new Float64Array(capacity);
    this.#y = new Float64Array(capacity);
    this.#z = new Float64Array(capacity);
    this.#age = new Float64Array(capacity);
    this.#radius2 = new Float64Array(capacity);
    this.#amount = emissionRate / releaseRate;
    this.#margin = CUTOFF_RADII * Math.sqrt(puffRadius ** 2 + puffGrowth * puffMaxAge);
  }

  /** Live puffs. */
  get count(): number {
    return this.#count;
  }

  /**
   * Position (m), radius (m) and age (s) of live puff `i`; the order of puffs is not kept from step to step.
   */
  puff(i: number): { x: number; y: number; z: number; radius: number; age: number } {
    if (!(i >= 0 && i < this.#count)) throw new RangeError(`puff ${i} of ${this.#count}`);
    const radius = Math.sqrt(this.#radius2[i]!);
    return { x: this.#x[i]!, y: this.#y[i]!, z: this.#z[i]!, radius, age: this.#age[i]! };
  }

  /**
   * Moves every puff `dt` seconds on under the wind (u, v), m/s; drops the old and the gone; releases new
   * ones.
   */
  advance(dt: number, u: number, v: number): void {
    const { arenaLength, arenaWidth, puffMaxAge } = this.#parameters;
    const margin = this.#margin;
    for (let i = 0; i < this.#count; i++) {
      this.#move(i, dt, u, v);
      const x = this.#x[i]!;
      const y = this.#y[i]!;
      const inside = x >= -margin && x <= arenaLength + margin && y >= -margin && y <= arenaWidth + margin;
      if (!inside || this.#age[i]! > puffMaxAge) {
        this.#drop(i);
        i--;
      }
    }
    this.#release(dt, u, v);
  }

  /** Writes the concentration and its gradient at (x, y, z), m, to `out`. */
  sample(x: number, y: number, z: number, out: PlumeSample): void {
    let concentration = 0;
    let gradientX = 0;
    let gradientY = 0;
    const scale = this.#amount * NORMALISATION;
    for (let i = 0; i < this.#count; i++) {
      const dx = x - this.#x[i]!;
      const dy = y - this.#y[i]!;
      const dz = z - this.#z[i]!;
      const distance2 = dx * dx + dy * dy + dz * dz;
      const radius2 = this.#radius2[i]!;
      if (distance2 > CUTOFF_RADII * CUTOFF_RADII * radius2) continue;
      const c = (scale / (radius2 * Math.sqrt(radius2))) * Math.exp(-distance2 / (2 * radius2));
      concentration += c;
      gradientX -= (c * dx) / radius2;
      gradientY -= (c * dy) / radius2;
    }
    out.concentration = concentration;
    out.gradientX = gradientX;
    out.gradientY = gradientY;
  }

  #move(i: number, dt: number, u: number, v: number): void {
    const scatter = this.#parameters.puffDispersion * Math.sqrt(dt);
    const random = this.#random;
    this.#x[i] = this.#x[i]! + u * dt + scatter * random.normal();
    this.#y[i] = this.#y[i]! + v * dt + scatter * random.normal();
    this.#z[i] = this.#z[i]! + scatter * random.normal();
    this.#age[i] = this.#age[i]! + dt;
    this.#radius2[i] = this.#radius2[i]! + this.#parameters.puffGrowth * dt;
  }

  #drop(i: number): void {
    const last = this.#count - 1;
    for (const column of [this.#x, this.#y, this.#z, this.#age, this.#radius2]) column[i] = column[last]!;
    this.#count = last;
  }

  /**
   * Puffs leave at equal intervals whatever `dt` is: one that left within the step has already travelled its
   * rest.
   */
  #release(dt: number, u: number, v: number): void {
    const { releaseRate, source, puffRadius, puffMaxAge } = this.#parameters;
    this.#owed += releaseRate * dt;
    while (this.#owed >= 1) {
      this.#owed -= 1;
      const age = this.#owed / releaseRate;
      if (age > puffMaxAge) continue;
      const i = this.#count++;
      this.#x[i] = source[0];
      this.#y[i] = source[1];
      this.#z[i] = 0;
      this.#age[i] = 0;
      this.#radius2[i] = puffRadius ** 2;
      this.#move(i, age, u, v);
    }
  }
}
