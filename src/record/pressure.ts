import { IN_USE_KB } from '../buffer/words.ts';

/** Watches how full the buffers of all lanes are. */
export class Pressure {
  /** Told once each time that they fill beyond the threshold. */
  warn: (message: string) => void = () => {};
  readonly #control: Int32Array;
  readonly #limitBytes: number;
  readonly #highKb: number;
  #warned = false;

  /** @param threshold share of the limit that is taken as high */
  constructor(control: Int32Array, limitBytes: number, threshold: number) {
    this.#control = control;
    this.#limitBytes = limitBytes;
    this.#highKb = (limitBytes * threshold) / 1024;
  }

  /** Whether the buffers are fuller than the threshold. Cheap: called for each segment that fills. */
  isHigh(): boolean {
    const kb = Atomics.load(this.#control, IN_USE_KB);
    if (kb <= this.#highKb) {
      if (kb < this.#highKb / 2) this.#warned = false;
      return false;
    }
    if (!this.#warned) {
      this.#warned = true;
      const share = Math.round((kb * 1024 * 100) / this.#limitBytes);
      this.warn(
        `the buffers are ${share} % full: the writer does not keep up with the simulation; record less often, raise memoryLimitMb, or choose an overflow policy`,
      );
    }
    return true;
  }
}
