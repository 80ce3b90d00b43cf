/**
 * Seeded random numbers in named, independent streams.
 *
 * Generator: xoshiro128** 1.1 (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
 * 47, 2021). Seeding: SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014), as the authors of xoshiro recommend. Stream names are hashed by 64-bit FNV-1a (RFC 9923).
 */

const MASK_64 = 0xffff_ffff_ffff_ffffn;

/** 64-bit FNV-1a hash of the UTF-16 code units of `text`; equal to the usual byte hash for ASCII. */
export function fnv1a64(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & MASK_64;
  }
  return hash;
}

/** The SplitMix64 sequence that starts from `seed` (taken modulo 2^64). */
export function splitMix64(seed: bigint): () => bigint {
  let state = seed & MASK_64;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK_64;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
    return z ^ (z >> 31n);
  };
}

export class RandomStream {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;
  /** Second value of the last polar pair, NaN when there is none. */
  #spare = Number.NaN;

  /** A generator in a given state: four 32-bit words, not all zero. */
  constructor(s0: number, s1: number, s2: number, s3: number) {
    this.#s0 = s0 | 0;
    this.#s1 = s1 | 0;
    this.#s2 = s2 | 0;
    this.#s3 = s3 | 0;
  }

  /**
   * The stream called `name` under `seed`. What one stream draws never depends on another, so a world can
   * gain an agent without a change in its wind.
   *
   * @param seed - safe integer, 0 or more
   */
  static named(seed: number, name: string): RandomStream {
    const next = splitMix64(splitMix64(BigInt(seed))() ^ fnv1a64(name));
    const a = next();
    const b = next();
    return new RandomStream(
      Number(a >> 32n),
      Number(a & 0xffffffffn),
      Number(b >> 32n),
      Number(b & 0xffffffffn),
    );
  }

  /** Integer, uniform over [0, 2^32). */
  nextUint32(): number {
    const s1 = this.#s1;
    const x5 = Math.imul(s1, 5);
    const result = Math.imul((x5 << 7) | (x5 >>> 25), 9);
    this.#s2 ^= this.#s0;
    this.#s3 ^= s1;
    this.#s1 = s1 ^ this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= s1 << 9;
    this.#s3 = (this.#s3 << 11) | (this.#s3 >>> 21);
    return result >>> 0;
  }

  /** Uniform over [low, high), in steps of (high - low) / 2^32. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.nextUint32() / 0x1_0000_0000);
  }

  /** Standard normal, by the polar method (Marsaglia & Bray, SIAM Review 6, 1964). */
  normal(): number {
    const spare = this.#spare;
    if (!Number.isNaN(spare)) {
      this.#spare = Number.NaN;
      return spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spare = v * scale;
        return u * scale;
      }
    }
  }
}
