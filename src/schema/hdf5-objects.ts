import type { Hdf5Type } from '../formats/hdf5/types.ts';
import { bytes, enumOf, i64, utf8 } from './columns.ts';
import { checkColumns } from './table.ts';
import type { Column, TableSchema } from './types.ts';

/** What a row says: that there is a group, a dataset, attributes of an object, or elements of a dataset. */
const OBJECT_ROWS = ['group', 'dataset', 'attributes', 'values'] as const;
type ObjectRow = (typeof OBJECT_ROWS)[number];

/**
 * Groups, datasets and attributes of the user's own in an HDF5 file, as rows: so they are journalled, committed and
 * recovered like all else. The backend applies them to the file; it is no table of a recording.
 */
export const HDF5_OBJECTS: TableSchema<
  {
    kind: Column<ObjectRow, false, false>;
    path: Column<string, true, false>;
    attributes: Column<string, true, false>;
    definition: Column<string, true, false>;
    dataset: Column<bigint | number, true, false>;
    element: Column<bigint | number, true, false>;
    data: Column<Uint8Array, true, false>;
  },
  false
> = Object.freeze({
  name: 'simtape_hdf5',
  description: 'Groups, datasets and attributes of the user’s own in an HDF5 file',
  columns: {
    kind: enumOf(OBJECT_ROWS),
    path: utf8({
      nullable: true,
      description: 'Absolute path of the object; of values that of their dataset',
    }),
    attributes: utf8({ nullable: true, description: 'Attributes, as JSON' }),
    definition: utf8({ nullable: true, description: 'What a dataset is, as JSON' }),
    dataset: i64({ nullable: true, description: 'Of values: the id of the row of their dataset' }),
    element: i64({ nullable: true, description: 'Of values: where in the dataset the first element goes' }),
    data: bytes({
      nullable: true,
      description: 'Elements; each text and byte string with its length in 4 bytes before it',
    }),
  },
  static: true,
  id: 'object_id',
  key: null,
  frames: false,
});
checkColumns(HDF5_OBJECTS);

/** What a dataset is, in the column `definition`. Plain data. */
export interface OwnDataset {
  readonly dtype: Hdf5Type;
  /** The size at first, of which a growing dataset has at least as many rows. No sizes: a single value. */
  readonly shape: readonly number[];
  /** Chunks, whose rows are written in order, once; or one piece, written anywhere and over. */
  readonly layout: 'chunked' | 'contiguous' | 'compact';
  /** Most rows of a chunked one; null for no limit. */
  readonly maxRows: number | null;
  readonly chunkRows?: number;
  /** Where they are left out, those of the recording. */
  readonly compression?: 'gzip' | 'lzf' | 'none';
  readonly compressionOpts?: number;
  readonly shuffle?: boolean;
  readonly fletcher32?: boolean;
  /** The fill value, as the JSON text of the attribute `fill`. */
  readonly fill?: string;
}

/** Attributes of the recorder's own that begin so belong to it. */
export const RESERVED_PREFIX = 'simtape_';

/** Attributes by which the recorder finds its way in a file: of the root, and of a run's group. */
export const OF_ROOT: ReadonlySet<string> = new Set(['format', 'format_version', 'run_id']);
export const OF_RUN: ReadonlySet<string> = new Set([
  'run_id',
  'state',
  'start_timestamp',
  'end_timestamp',
  'world',
  'seed',
  'configuration',
  'configuration_hash',
  'metadata',
  'git_commit',
  'provenance',
  'durability',
  'storage',
  'writer',
  'schema',
  'last_commit',
  'steps',
  'episodes',
  'recovered',
]);
