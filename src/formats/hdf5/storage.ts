import { FileSpace } from './file-space.ts';
import { Output } from './output.ts';
import type { Hdf5Sink } from './sink.ts';

/** A structure that stands in the file. */
export interface Placed {
  readonly address: number;
  readonly size: number;
}

/** The file as those see it who put structures into it. */
export class Storage {
  readonly space: FileSpace;
  readonly output: Output;

  constructor(sink: Hdf5Sink, end: number) {
    this.space = new FileSpace(end);
    this.output = new Output(sink, end);
  }

  /** Writes bytes where there is room. */
  place(bytes: Uint8Array): Placed {
    const address = this.space.allocate(bytes.length);
    this.output.write(address, bytes);
    return { address, size: bytes.length };
  }

  /** Writes the successor of a structure. The old one stays until it is no longer of any checkpoint. */
  replace(old: Placed | null, bytes: Uint8Array): Placed {
    if (old !== null) this.release(old);
    return this.place(bytes);
  }

  release({ address, size }: Placed): void {
    this.space.release(address, size);
  }
}
