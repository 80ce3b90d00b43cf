import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isTemporaryName } from '../../src/backends/parquet/files.ts';
import { Layout } from '../../src/backends/parquet/layout.ts';
import * as parquet from '../../src/backends/parquet/manifest.ts';
import * as arrow from '../../src/read/arrow/manifest.ts';
import { isParquetFolder } from '../../src/read/find.ts';
import { findRecordings, openRecording } from '../../src/read/index.ts';
import { describe } from '../problems.ts';
import { isRecoverable } from '../recordings/recoverable.ts';

/** A recording that can be deleted. */
export interface Found {
  readonly path: string;
  readonly bytes: number;
  readonly runIds: readonly string[];
  /** When its newest run began, in seconds since the Unix epoch. */
  readonly started: number;
  /** Whether a process was gone before it had ended its run: `recover` would finish that. */
  readonly isCrashed: boolean;
  /** Whether that was before anything was recorded. */
  readonly isEmpty: boolean;
}

/** One that is left alone, whatever was asked for. */
export interface LeftAlone {
  readonly path: string;
  readonly why: string;
}

/** Looks at all recordings of a folder, the newest first. */
export async function lookAtAll(folder: string): Promise<{ found: Found[]; leftAlone: LeftAlone[] }> {
  const found: Found[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const path of findRecordings(folder)) {
    const one = await lookAt(folder, path);
    if ('why' in one) leftAlone.push(one);
    else found.push(one);
  }
  found.sort((a, b) => b.started - a.started || (a.path < b.path ? -1 : 1));
  return { found, leftAlone };
}

/** Looks at one: what is no recording, goes on, stands behind a link or has something else in it is left alone. */
export async function lookAt(folder: string, path: string): Promise<Found | LeftAlone> {
  const leave = (why: string): LeftAlone => ({ path, why });
  try {
    if (realpathSync(path) !== join(realpathSync(folder), relative(folder, path))) {
      return leave('it stands behind a link');
    }
    using reader = await openRecording(path);
    const runs = reader.runs();
    if (runs.some(({ state }) => state === 'recording')) return leave('a process is writing it');
    const other = lstatSync(path).isDirectory() ? otherFile(path) : null;
    if (other !== null) return leave(`it holds a file that is no part of the run: ${other}`);
    const hasCrashed = runs.some(({ state }) => state === 'crashed');
    const hasRows = reader.tables().some(({ rows }) => rows > 0);
    return {
      path,
      bytes: reader.bytes,
      runIds: runs.map(({ runId }) => runId),
      started: runs.at(-1)?.startTimestamp ?? 0,
      isCrashed: hasCrashed && (await isRecoverable(path)),
      isEmpty: !hasRows && runs.every(({ state }) => state === 'crashed'),
    };
  } catch (error) {
    return leave(describe(error).replace(`${path} `, ''));
  }
}

/** A file in a run's folder that simtape did not put there, or null. */
function otherFile(folder: string): string | null {
  const isOurs = isParquetFolder(folder) ? ofParquetRun(folder) : ofArrowRun(folder);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const way = relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    if (!isOurs(way)) return way;
  }
  return null;
}

/** Tells the files of a run by their ways from its folder. */
type IsOurs = (way: string) => boolean;

function ofParquetRun(folder: string): IsOurs {
  const { layout: names, run } = parquet.readManifest(folder);
  const layout = new Layout(names, run.runId);
  const own = [parquet.MANIFEST_NAME, layout.metadata, layout.statistics];
  return (way) =>
    own.includes(way) ||
    layout.contentOf(way) !== null ||
    way.startsWith('journal/') ||
    isTemporaryName(basename(way));
}

function ofArrowRun(folder: string): IsOurs {
  const own = [arrow.MANIFEST_NAME, ...arrow.readManifest(folder).tables.map(({ file }) => file)];
  return (way) => own.includes(way);
}
