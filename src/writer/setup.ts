import { dirname, resolve } from 'node:path';
import type { StorageBackend } from '../backends/backend.ts';
import { makeFolder } from '../backends/make-folder.ts';
import { CONTROL_WORDS, IDS_BYTES, LANE_BYTES, STATS_BYTES } from '../buffer/words.ts';
import type { ResolvedConfig } from '../config/recorder-config.ts';
import { SimtapeError } from '../errors.ts';
import { InlineWriter } from './inline.ts';
import type { Writer, WriterSetup } from './protocol.ts';
import { describeRun } from './provenance.ts';
import { ThreadWriter } from './thread.ts';

/** What file backends get of the memory: they hold rows until those make a row group. */
const FILE_BACKEND_SHARE = 0.4;
/** A commit of less than this frees its memory at its end only, when it can no longer need to be tried again. */
const MIN_PART_BYTES = 4 * 2 ** 20;
/** How long a wait for the writer goes on while it shows no progress, one attempt to write apart. */
const PATIENCE_MS = 60_000;

/**
 * What the writer of a run needs to start, with memory of its own.
 * @throws `CannotOpen` where the folders on the way to `path` cannot be made
 */
export function setUpWriter(config: ResolvedConfig, runId: string): WriterSetup {
  const { backend } = config;
  return {
    backend: isBackendObject(backend) ? '' : String(backend),
    config: {
      path: placeFor(config, runId),
      directory: config.directory,
      flushIntervalMs: config.flushIntervalMs,
      durability: config.durability,
      memoryBytes: backendBytes(config),
      options: optionsFor(config),
    },
    run: describeRun(config, runId),
    control: new SharedArrayBuffer(CONTROL_WORDS * 4),
    statistics: new SharedArrayBuffer(STATS_BYTES),
    ids: new SharedArrayBuffer(IDS_BYTES),
    lane: new SharedArrayBuffer(LANE_BYTES),
    throwOnFailure: config.onFailure === 'throw',
    patienceMs: PATIENCE_MS + config.sqlite.connectionTimeout * 1000,
    memoryLimitBytes: limitBytes(config) - backendBytes(config),
    partBytes: Math.max(MIN_PART_BYTES, limitBytes(config) / 8),
  };
}

/** The writer that a configuration asks for: on a thread of its own, or on the caller's. */
export function startWriter({ backend, thread }: ResolvedConfig, setup: WriterSetup): Writer {
  if (isBackendObject(backend)) return new InlineWriter(setup, backend);
  return thread ? new ThreadWriter(setup) : new InlineWriter(setup, null);
}

/** Whether a backend is an object of the caller's, which then runs on the caller's thread. */
export function isBackendObject(backend: ResolvedConfig['backend']): backend is StorageBackend {
  return typeof backend === 'object' && !(backend instanceof URL);
}

/** The path that was named, for this run; its folder is there where that was asked for. */
function placeFor({ path, makeFolders }: ResolvedConfig, runId: string): string | null {
  if (path === undefined) return null;
  const place = path.replaceAll('{run_id}', runId);
  if (!makeFolders) return place;
  const folder = dirname(resolve(place));
  try {
    makeFolder(folder);
  } catch (cause) {
    const message = `cannot make the folder ${folder}: choose another path`;
    throw new SimtapeError('CannotOpen', message, { path: place }, cause);
  }
  return place;
}

/** The options of the backend that was chosen. */
function optionsFor(config: ResolvedConfig): Record<string, unknown> {
  if (config.backend === 'sqlite') return { ...config.sqlite };
  if (config.backend === 'hdf5') return { ...config.hdf5 };
  return config.backend === 'parquet' ? { ...config.parquet } : config.options;
}

/** What of the memory the backend may hold; the rest is for rows on their way. SQLite and others count for themselves. */
function backendBytes(config: ResolvedConfig): number {
  const toFiles = config.backend === 'parquet' || config.backend === 'hdf5';
  return toFiles ? limitBytes(config) * FILE_BACKEND_SHARE : 0;
}

function limitBytes({ memoryLimitMb }: ResolvedConfig): number {
  return memoryLimitMb * 2 ** 20;
}
