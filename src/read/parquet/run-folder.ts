import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type FileContent, Layout } from '../../backends/parquet/layout.ts';
import { MANIFEST_NAME, type Manifest, readManifest } from '../../backends/parquet/manifest.ts';
import { type Journal, readJournal } from '../../journal/index.ts';
import { damaged } from './damage.ts';

/** A file of a table. */
export interface NamedFile extends FileContent {
  readonly path: string;
}

/** What a run's folder held at one moment. */
export interface RunFolder {
  readonly path: string;
  readonly manifest: Manifest;
  readonly layout: Layout;
  /** Files that have their name, parts in order. */
  readonly files: readonly NamedFile[];
  /** Open, so that it stays readable when its segments are deleted; null where there is none. */
  readonly journal: Journal | null;
}

/** Name of the folder of a run's journal. */
const JOURNAL = 'journal';
/** How often a folder that changes is looked at again. */
const ATTEMPTS = 20;

/**
 * Looks at a run's folder. While a run is recorded, rows move from the journal into files: the list of files is made
 * before and after the journal is opened, until both are the same, so that no row is missed or seen twice.
 *
 * @throws `NotARecording`, `NewerFormat`
 */
export function lookAtRun(path: string): RunFolder {
  for (let attempt = 1; ; attempt++) {
    const manifest = readManifest(path);
    const layout = layoutOf(path, manifest);
    const before = namesIn(path);
    const journal = manifest.state === 'recording' ? readJournal(join(path, JOURNAL)) : null;
    const after = namesIn(path);
    if (attempt === ATTEMPTS || before.join('\n') === after.join('\n')) {
      return { path, manifest, layout, files: filesOf(path, layout, after), journal };
    }
    journal?.close();
  }
}

/** How the files of a run are named; the manifest is what says it, so a pattern that is none damages that. */
function layoutOf(path: string, { layout, run }: Manifest): Layout {
  try {
    return new Layout(layout, run.runId);
  } catch (cause) {
    throw damaged(join(path, MANIFEST_NAME), (cause as Error).message, cause);
  }
}

/** All `.parquet` files of a folder and its folders, relative, with `/`. */
function namesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.parquet') && !name.split('/').some((part) => part.startsWith('.')))
    .sort();
}

function filesOf(path: string, layout: Layout, names: readonly string[]): NamedFile[] {
  const files: NamedFile[] = [];
  for (const name of names) {
    const content = layout.contentOf(name);
    if (content !== null) files.push({ ...content, path: join(path, name) });
  }
  return files.sort((a, b) => (a.episode ?? 0) - (b.episode ?? 0) || a.part - b.part);
}

/** Bytes of all that is in a folder. */
export function bytesIn(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
