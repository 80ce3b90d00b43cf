import type { Compressors } from './filters/pipeline.ts';
import type { GlobalHeap } from './global-heap.ts';
import type { Hdf5Source } from './sink.ts';
import type { Storage } from './storage.ts';

/** What all objects of a file share. */
export interface FileParts {
  readonly storage: Storage;
  readonly heap: GlobalHeap;
  readonly compressors: Compressors;
  /** Groups and attributes know in which order their parts were created. */
  readonly trackOrder: boolean;
  /** The file, with all that was written so far; null where it cannot be read. */
  readonly source: Hdf5Source | null;
}
