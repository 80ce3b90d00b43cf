import { RandomStream } from '../random.ts';
import { FilamentPlume, type PlumeSample } from './filaments.ts';
import type { PlumeOptions } from './options.ts';
import { MeanderingWind } from './wind.ts';

/** What the agents of an episode share: one wind and the plume in it. */
export class Air {
  readonly #wind: MeanderingWind;
  readonly #plume: FilamentPlume;
  readonly #timeStep: number;

  /** Fresh air of an episode, blown for `warmUp` seconds. */
  constructor(options: PlumeOptions, episode: number) {
    this.#timeStep = options.timeStep;
    this.#wind = new MeanderingWind(options, RandomStream.named(options.seed, `episode ${episode} wind`));
    this.#plume = new FilamentPlume(options, RandomStream.named(options.seed, `episode ${episode} puffs`));
    const steps = Math.ceil(options.warmUp / options.timeStep);
    for (let i = 0; i < steps; i++) this.advance();
  }

  get u(): number {
    return this.#wind.u;
  }

  get v(): number {
    return this.#wind.v;
  }

  /** One time step on. */
  advance(): void {
    this.#wind.advance(this.#timeStep);
    this.#plume.advance(this.#timeStep, this.#wind.u, this.#wind.v);
  }

  /** Writes what is smelled at (x, y), m, to `out`. */
  sample(x: number, y: number, out: PlumeSample): void {
    this.#plume.sample(x, y, 0, out);
  }
}
