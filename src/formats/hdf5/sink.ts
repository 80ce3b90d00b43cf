/** Where the bytes of a file go. */
export interface Hdf5Sink {
  /**
   * Stores all bytes at an offset of a file that is empty at first and grows as needed. The bytes may change when
   * the call has returned. A write at offset 0 makes a checkpoint of what was written before it; writes in between
   * change nothing of what the file shows, however many of them are lost.
   */
  write(offset: number, bytes: Uint8Array): void;
  /**
   * Makes what was written survive a power loss. Called before and after the superblock is written; absent where
   * surviving the end of the process is enough.
   */
  sync?(): void;
}

/** Where the bytes of a file that is continued come from. */
export interface Hdf5Source {
  readonly size: number;
  /** The bytes from `offset` on; always as many as asked for. */
  read(offset: number, length: number): Uint8Array;
}
