/** Options of the HDF5 backend. */
export interface Hdf5Options {
  /** `gzip` (default, which every reader has), `lzf` (faster; h5py and those with its plugin read it) or `none`. */
  compression: 'gzip' | 'lzf' | 'none';
  /** Level of gzip, 1 to 9. Default 1. */
  compressionOpts: number;
  /** Rows of a chunk, the unit that is compressed. Chunks have 1 MiB at the most. Default 4096. */
  chunkSize: number;
  /** Readers can list groups and attributes in the order in which they were made. Default true. */
  trackOrder: boolean;
  /** Groups on the way to an object of your own (`Hdf5Objects`) are made, instead of refused. Default true. */
  createIntermediateGroups: boolean;
  /** Puts equal bytes of numbers side by side before they are compressed. Default true. */
  shuffle: boolean;
  /** Checksums of chunks, which readers verify. Not on text and byte strings, which HDF5 keeps elsewhere. Default true. */
  fletcher32: boolean;
  /** The file, with `{run_id}` and `{base_directory}` in it, where the recorder is given no path. */
  filePath: string;
  /** Bytes of journal at which a checkpoint is made, whatever it costs. Default 256 MB. */
  journalBytes: number;
}

/** How a file's rows are stored: what has to be the same when a file is continued. Stands in the run's attributes. */
export type Hdf5Storage = Pick<Hdf5Options, 'compression' | 'compressionOpts' | 'shuffle' | 'fletcher32'>;

export const DEFAULT_FILE_PATH = '{base_directory}/{run_id}.h5';

/** What is wrong with a file's path as a template, or null. */
export function filePathProblem(template: string): string | null {
  if (!template.includes('{run_id}')) return 'must have {run_id} in it, so that every run has a file';
  const rest = template.replaceAll('{base_directory}', '').replaceAll('{run_id}', '');
  if (/[{}]/.test(rest)) return 'takes {base_directory} and {run_id}';
  return /\.(h5|hdf5)$/.test(template) ? null : 'must end in .h5 or .hdf5';
}
