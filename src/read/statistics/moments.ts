/**
 * Mean and spread of numbers that come one by one, in one pass and without cancellation: Welford's recurrence within a
 * part (B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4,
 * 1962), parts put together as in T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm
 * for computing sample variances", 1979, equation 2.1.
 */
export class Moments {
  count = 0;
  /** Mean of what came so far, 0 where nothing did. */
  mean = 0;
  /** Sum of the squared distances from the mean. */
  #squares = 0;

  add(value: number): void {
    this.count++;
    const before = value - this.mean;
    this.mean += before / this.count;
    this.#squares += before * (value - this.mean);
  }

  /** Adds all that `other` was given. */
  join(other: Moments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    const apart = other.mean - this.mean;
    this.#squares += other.#squares + apart * apart * ((this.count / count) * other.count);
    this.mean += apart * (other.count / count);
    this.count = count;
  }

  /** Standard deviation of the sample (divided by n - 1, as pandas does); null for fewer than two numbers. */
  get standardDeviation(): number | null {
    return this.count < 2 ? null : Math.sqrt(this.#squares / (this.count - 1));
  }
}
