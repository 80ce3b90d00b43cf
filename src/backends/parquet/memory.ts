/** Bytes that all builders of a recording hold together. */
export class Memory {
  readonly limit: number;
  used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }
}
