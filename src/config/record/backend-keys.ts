import * as z from 'zod';
import { COMPRESSIONS } from '../../backends/codecs/codec-for.ts';
import type { BackendName } from '../../backends/names.ts';
import { MOST_ROW_GROUP_VALUES } from '../../backends/parquet/options.ts';
import { ENCODING_NAMES, type EncodingName } from '../../formats/parquet/index.ts';
import { COMMON_KEYS, FOLDERS_KEY, PATH_KEY } from './common-keys.ts';
import { flag, oneOf, type RecordKey, text, wholeNumber } from './key.ts';

const ASYNC = 'performance.async_io.enabled';

const PARQUET: readonly RecordKey[] = [
  { key: 'storage.compression.algorithm', takes: oneOf(...COMPRESSIONS), option: 'parquet.compression' },
  {
    key: 'storage.compression.level',
    takes: wholeNumber(0, 22),
    option: 'parquet.compressionLevel',
    nullable: true,
  },
  {
    key: 'storage.encodings',
    takes: z.record(z.string(), oneOf(...(ENCODING_NAMES as EncodingName[])), {
      error: 'takes names of columns, each with an encoding',
    }),
    option: 'parquet.encodings',
  },
  { key: 'storage.directory_template', takes: text, option: 'parquet.directoryTemplate' },
  { key: 'storage.file_patterns.trajectory', takes: text, option: 'parquet.filePatterns.trajectory' },
  { key: 'storage.file_patterns.summary', takes: text, option: 'parquet.filePatterns.summary' },
  { key: 'storage.file_patterns.metadata', takes: text, option: 'parquet.filePatterns.metadata' },
  { key: 'storage.file_patterns.statistics', takes: text, option: 'parquet.filePatterns.statistics' },
  { key: 'storage.file_patterns.table', takes: text, option: 'parquet.filePatterns.table' },
  {
    key: 'storage.row_group.max_values',
    takes: wholeNumber(1, MOST_ROW_GROUP_VALUES),
    option: 'parquet.rowGroupValues',
  },
  { key: 'storage.row_group.max_bytes', takes: wholeNumber(1024, 2 ** 30), option: 'parquet.rowGroupBytes' },
  { key: 'storage.file.max_rows', takes: wholeNumber(1), option: 'parquet.maxFileRows' },
  { key: 'storage.file.max_bytes', takes: wholeNumber(1024), option: 'parquet.maxFileBytes' },
  { key: 'storage.file.max_open', takes: wholeNumber(1, 1_000_000), option: 'parquet.maxOpenFiles' },
  { key: 'storage.journal.max_bytes', takes: wholeNumber(65_536), option: 'parquet.journalBytes' },
  {
    key: 'performance.async_io.worker_threads',
    takes: wholeNumber(1, 65),
    option: 'parquet.encoders',
    // The first is the writer's.
    unit: { to: (threads) => threads - 1, from: (encoders) => encoders + 1 },
    onlyIf: ASYNC,
  },
  {
    key: 'performance.async_io.queue_size',
    takes: wholeNumber(1, 1000),
    option: 'parquet.queueSize',
    onlyIf: ASYNC,
  },
];

const HDF5: readonly RecordKey[] = [
  { key: 'storage.file_path', takes: text, option: 'hdf5.filePath' },
  { key: 'storage.compression', takes: oneOf('gzip', 'lzf', 'none'), option: 'hdf5.compression' },
  { key: 'storage.compression_opts', takes: wholeNumber(1, 9), option: 'hdf5.compressionOpts' },
  { key: 'storage.chunk_size', takes: wholeNumber(1, 2 ** 24), option: 'hdf5.chunkSize' },
  { key: 'storage.journal.max_bytes', takes: wholeNumber(65_536), option: 'hdf5.journalBytes' },
  { key: 'metadata.track_order', takes: flag, option: 'hdf5.trackOrder' },
  {
    key: 'metadata.create_intermediate_groups',
    takes: flag,
    option: 'hdf5.createIntermediateGroups',
  },
  { key: 'metadata.shuffle', takes: flag, option: 'hdf5.shuffle' },
  { key: 'metadata.fletcher32', takes: flag, option: 'hdf5.fletcher32' },
];

const SQLITE: readonly RecordKey[] = [
  { key: 'storage.database_path', takes: text, option: 'path', nullable: true },
  FOLDERS_KEY,
  { key: 'storage.batch_size', takes: wholeNumber(1, 10_000), option: 'sqlite.batchSize' },
  {
    key: 'storage.transaction_mode',
    takes: oneOf('deferred', 'immediate', 'exclusive'),
    option: 'sqlite.transactionMode',
  },
  {
    key: 'performance.connection_timeout',
    takes: z
      .number({ error: 'takes a number of seconds from 0 to 3600' })
      .min(0, 'takes a number of seconds from 0 to 3600')
      .max(3600, 'takes a number of seconds from 0 to 3600'),
    option: 'sqlite.connectionTimeout',
  },
  {
    key: 'performance.journal_mode',
    takes: oneOf('WAL', 'DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY'),
    option: 'sqlite.journalMode',
  },
  {
    key: 'performance.synchronous',
    takes: oneOf('OFF', 'NORMAL', 'FULL', 'EXTRA'),
    option: 'sqlite.synchronous',
    nullable: true,
  },
  {
    key: 'performance.cache_size',
    takes: z.int({ error: 'takes a whole number of pages, or of KiB below 0' }),
    option: 'sqlite.cacheSize',
  },
];

const NONE: readonly RecordKey[] = [
  { key: 'run_id', takes: text, option: 'runId', nullable: true },
  { key: 'debug.enabled', takes: flag, option: null, byDefault: false },
  { key: 'debug.count_calls', takes: flag, option: 'countCalls', onlyIf: 'debug.enabled' },
  {
    key: 'performance.optimization_level',
    takes: z.literal('maximum', {
      error:
        'takes maximum: a recorder that records nothing has no slower form (debug.count_calls counts calls)',
    }),
    option: null,
    byDefault: 'maximum',
  },
];

/** Which key of the configuration sets which option, by backend. */
export const BACKEND_KEYS: Readonly<Record<BackendName, readonly RecordKey[]>> = {
  parquet: [...COMMON_KEYS, PATH_KEY, ...PARQUET],
  hdf5: [...COMMON_KEYS, PATH_KEY, ...HDF5],
  sqlite: [...COMMON_KEYS, ...SQLITE],
  none: NONE,
};

/** Of a backend that is a module of the user's; what it takes itself stands under `options`. */
export const MODULE_KEYS: readonly RecordKey[] = [...COMMON_KEYS, PATH_KEY, FOLDERS_KEY];

/** Keys that somebody might look for, and why there are none. */
export const NO_SUCH_KEYS: Readonly<Record<string, string>> = {
  'performance.buffer.max_threshold':
    'there is none: from warning_threshold on the writer goes on without a rest, so that nothing is left to be forced; what happens when the memory is full, overflow says',
  'performance.buffer.buffer_size': 'it is called performance.buffer.max_records',
  'performance.optimization_level': 'it is for record=none only',
  'performance.async_io.worker_threads':
    'this backend has one writer thread, which nothing can be taken off; record=parquet can use more',
  'performance.async_io.queue_size':
    'this backend has no queue but the buffer: max_records and max_memory_mb limit that; record=parquet has one for its encoder threads',
  'storage.compression': 'this backend does not compress; record=parquet and record=hdf5 do',
  backend: 'it is called _target_, and record=NAME selects it',
};
