import * as z from 'zod';
import { amount, flag, oneOf, type RecordKey, SECONDS, text, wholeNumber } from './key.ts';

const SHARE = 'takes a share above 0, up to 1';

/** Keys of every backend that records. */
export const COMMON_KEYS: readonly RecordKey[] = [
  { key: 'run_id', takes: text, option: 'runId', nullable: true },
  {
    key: 'fallback',
    takes: z.array(text, { error: 'takes a list of backends, such as [sqlite, none]' }),
    option: 'fallback',
  },
  { key: 'recording.full', takes: flag, option: 'steps.record' },
  { key: 'recording.step_interval', takes: wholeNumber(1), option: 'steps.interval' },
  { key: 'recording.include_observations', takes: flag, option: 'steps.observations' },
  { key: 'recording.include_actions', takes: flag, option: 'steps.actions' },
  { key: 'recording.include_rewards', takes: flag, option: 'steps.rewards' },
  { key: 'recording.validate', takes: oneOf('fast', 'full'), option: 'validate' },
  { key: 'storage.base_directory', takes: text, option: 'directory' },
  { key: 'storage.durability', takes: oneOf('none', 'process', 'power'), option: 'durability' },
  { key: 'performance.buffer.max_records', takes: wholeNumber(1, 2 ** 31), option: 'maxRecords' },
  { key: 'performance.buffer.max_memory_mb', takes: amount('MiB', 65_536), option: 'memoryLimitMb' },
  {
    key: 'performance.buffer.flush_interval_seconds',
    takes: amount('seconds', 3600),
    option: 'flushIntervalMs',
    unit: SECONDS,
  },
  {
    key: 'performance.buffer.warning_threshold',
    takes: z.number({ error: SHARE }).gt(0, SHARE).max(1, SHARE),
    option: 'warnAbove',
  },
  {
    key: 'performance.buffer.overflow',
    takes: oneOf('block', 'drop-newest', 'drop-oldest', 'error'),
    option: 'overflow',
  },
  {
    key: 'performance.buffer.max_wait_seconds',
    takes: amount('seconds'),
    option: 'maxWaitMs',
    unit: SECONDS,
  },
  { key: 'performance.buffer.keep.units', takes: wholeNumber(1, 1e6), option: 'keep.units', nullable: true },
  {
    key: 'performance.buffer.keep.seconds',
    takes: amount('seconds'),
    option: 'keep.seconds',
    nullable: true,
  },
  { key: 'performance.async_io.enabled', takes: flag, option: 'thread' },
];

/** Where a run goes, for the backends whose own keys do not say it. */
export const PATH_KEY: RecordKey = { key: 'storage.path', takes: text, option: 'path', nullable: true };

/** A path of a configuration is made, as the folders of the other backends are; one in code may be misspelt. */
export const FOLDERS_KEY: RecordKey = {
  key: 'storage.make_folders',
  takes: flag,
  option: 'makeFolders',
  byDefault: true,
};
