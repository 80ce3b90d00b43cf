/** Bytes that all builders of a recording hold together. */
export class Memory {
  readonly limit: number;
  /** Whether other threads are to see the memory. */
  readonly shared: boolean;
  used = 0;

  constructor(limit: number, shared: boolean) {
    this.limit = limit;
    this.shared = shared;
  }

  /** Bytes in a buffer of their own. Counted by whoever holds them. */
  allocate(bytes: number): Uint8Array {
    return new Uint8Array(this.shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  }
}
