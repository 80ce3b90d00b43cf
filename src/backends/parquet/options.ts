import type { EncodingName } from '../../formats/parquet/index.ts';
import type { Compression } from '../codecs/codec-for.ts';

/** Names of the files of a run, with `{run_id}`, `{episode_id:06d}`, `{table}` and `{part:06d}` for what differs. */
export interface FilePatterns {
  /** Rows of `steps`. Without `{episode_id}` all episodes go into one sequence of files. */
  trajectory: string;
  /** Rows of `episodes`; as above. */
  summary: string;
  metadata: string;
  statistics: string;
  /** Rows of every other table. */
  table: string;
}

/** Most values of a row group that can be asked for: 512 MB of numbers. What a reader takes on trust goes by it. */
export const MOST_ROW_GROUP_VALUES: number = 2 ** 26;

/** Options of the Parquet backend. */
export interface ParquetOptions {
  /** Default `zstd`. */
  compression: Compression;
  /** Level of the codec, where it has any; by default the one that is best for recording. */
  compressionLevel?: number | undefined;
  /** Encodings of columns, by `table.column` or by column. */
  encodings: Record<string, EncodingName>;
  /** Values (rows times columns) at which a row group is written, 2^26 at the most. Default 1,000,000. */
  rowGroupValues: number;
  /** Bytes of values at which a row group is written. Default 64 MB. */
  rowGroupBytes: number;
  /** Rows at which a file is completed and the next one begun. Default: no limit. */
  maxFileRows: number;
  /** Bytes at which a file is completed and the next one begun. Default 512 MB. */
  maxFileBytes: number;
  /** Files of one table that are written at once (episodes that go on side by side). Default 1024. */
  maxOpenFiles: number;
  /** Bytes of journal at which every file is completed. Default 256 MB. */
  journalBytes: number;
  /** Threads that encode row groups while the writer goes on. Default 0: the writer does it. */
  encoders: number;
  /** Row groups that may be on their way through those threads at once. Default 4. */
  queueSize: number;
  filePatterns: FilePatterns;
  /** Folder of the episodes' files. The run's folder is the part up to and with `{run_id}`. */
  directoryTemplate: string;
}

export const DEFAULT_PATTERNS: FilePatterns = {
  trajectory: 'trajectory_ep_{episode_id:06d}.parquet',
  summary: 'episode_summary_ep_{episode_id:06d}.parquet',
  metadata: 'run_metadata.parquet',
  statistics: 'run_statistics.parquet',
  table: '{table}-{part:06d}.parquet',
};

export const DEFAULT_DIRECTORY = '{base_directory}/runs/{run_id}/episodes';
