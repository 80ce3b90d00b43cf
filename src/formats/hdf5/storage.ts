import { SimtapeError } from '../../errors.ts';
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
  /** Nothing more is written. */
  isClosed = false;
  #later: { readonly address: number; readonly bytes: Uint8Array }[] = [];

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

  /**
   * Notes a change in place of what stands in the file, to be made when the next checkpoint is complete. The
   * checkpoint must be sound with and without it.
   */
  later(address: number, bytes: Uint8Array): void {
    this.#later.push({ address, bytes });
  }

  /** A checkpoint is complete: makes the changes that waited for it. */
  checkpointed(): void {
    this.space.checkpointed();
    for (const { address, bytes } of this.#later) this.output.write(address, bytes);
    this.#later = [];
  }

  release({ address, size }: Placed): void {
    this.space.release(address, size);
  }
}

/** @throws `InvalidConfig` where the file is closed. */
export function refuseClosed({ isClosed }: Storage): void {
  if (isClosed)
    throw new SimtapeError('InvalidConfig', 'the HDF5 file is closed', { key: 'path', value: '/' });
}
