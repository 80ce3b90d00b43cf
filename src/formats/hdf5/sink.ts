/** Where the bytes of a file go. */
export interface Hdf5Sink {
  /**
   * Stores bytes at an offset; a file grows as needed. The bytes may change when the call has returned. What is
   * written between two writes at offset 0 never touches what the file held at the first of them.
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
