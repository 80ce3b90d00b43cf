import type { RandomStream } from '../random.ts';

export interface WindParameters {
  /** Mean wind, m/s, along +x. */
  readonly windSpeed: number;
  /** Standard deviation of the along-wind fluctuation, m/s. */
  readonly windGust: number;
  /** Standard deviation of the cross-wind fluctuation, m/s. */
  readonly windMeander: number;
  /** Correlation time of both fluctuations, s. */
  readonly windCorrelationTime: number;
}

/**
 * Mean wind plus a fluctuation that is the same everywhere in the arena and coloured in time.
 *
 * A simplification of Farrell et al. (2002, Environmental Fluid Mechanics 2, 143-169). There, second-order
 * coloured noise drives the corners of a grid on which the wind field is solved, so the wind also varies in
 * space. Here each component is one Ornstein-Uhlenbeck process and there is no grid: a gust bends the whole
 * plume at once, which keeps its large-scale meander, and eddies smaller than the arena are left to the
 * dispersion of each filament.
 */
export class MeanderingWind {
  /** Wind now, m/s. */
  u: number;
  v: number;
  #gust: number;
  #meander: number;
  readonly #parameters: WindParameters;
  readonly #random: RandomStream;

  /** Starts from the stationary distribution, so that no spin-up is needed. */
  constructor(parameters: WindParameters, random: RandomStream) {
    this.#parameters = parameters;
    this.#random = random;
    this.#gust = parameters.windGust * random.normal();
    this.#meander = parameters.windMeander * random.normal();
    this.u = parameters.windSpeed + this.#gust;
    this.v = this.#meander;
  }

  /**
   * Moves `dt` seconds on. The update is exact for any `dt` (Gillespie 1996, Physical Review E 54, 2084), so
   * the statistics do not depend on the time step.
   */
  advance(dt: number): void {
    const { windSpeed, windGust, windMeander, windCorrelationTime } = this.#parameters;
    const memory = Math.exp(-dt / windCorrelationTime);
    const kick = Math.sqrt(1 - memory * memory);
    this.#gust = this.#gust * memory + windGust * kick * this.#random.normal();
    this.#meander = this.#meander * memory + windMeander * kick * this.#random.normal();
    this.u = windSpeed + this.#gust;
    this.v = this.#meander;
  }
}
