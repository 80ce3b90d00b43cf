import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { findRecordings, openRecording, type Run } from '../src/read/index.ts';
import { invocation } from './invocation.ts';
import { print } from './output.ts';
import { describe, Failure } from './problems.ts';
import { isRecoverable } from './recordings/recoverable.ts';
import { bytes, clean, count, counted, localTime, nearPath, shellWord, shownPath } from './text/format.ts';
import { dim, red, yellow } from './text/style.ts';
import { indent, textList, textTable } from './text/table.ts';

/** A recording that was found. */
interface Readable {
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  readonly runs: readonly Run[];
}

/** The same, or what looks like one and cannot be read. */
type Listed = Readable | { readonly path: string; readonly problem: string };

/** Most recordings that a hint names. */
const NAMED = 5;

/** `simtape ls`: the runs of all recordings in a folder, the newest last, next to the prompt. */
export async function ls(folder: string, { json = false }: { json?: boolean }): Promise<number> {
  const found = await list(folder);
  if (json) print(JSON.stringify({ folder, recordings: found.map(asJson) }));
  else print(await asText(folder, found));
  return 0;
}

async function list(folder: string): Promise<Listed[]> {
  const stats = statSync(folder, { throwIfNoEntry: false });
  const record = `${invocation()} record plume`;
  if (stats === undefined)
    throw new Failure(`there is no folder ${folder}; make a recording with: ${record}`);
  if (!stats.isDirectory()) {
    throw new Failure(`${folder} is a file; show it with: ${invocation()} info ${shellWord(folder)}`);
  }
  const found: Listed[] = [];
  for (const path of findRecordings(folder)) found.push(await look(path));
  return found.sort((a, b) => started(a) - started(b) || (a.path < b.path ? -1 : 1));
}

async function look(path: string): Promise<Listed> {
  try {
    using reader = await openRecording(path);
    return { path, format: reader.format, bytes: reader.bytes, runs: reader.runs() };
  } catch (error) {
    return { path, problem: describe(error) };
  }
}

/** When the newest run of a recording began; files that cannot be read come first. */
function started(listed: Listed): number {
  if ('problem' in listed) return Number.NEGATIVE_INFINITY;
  return listed.runs.at(-1)?.startTimestamp ?? 0;
}

async function asText(folder: string, found: readonly Listed[]): Promise<string> {
  const recordings = found.filter((listed) => 'runs' in listed);
  const broken = found.filter((listed) => 'problem' in listed);
  const blocks: string[] = [];
  if (recordings.length === 0) {
    blocks.push(`${folder} holds no recordings; make one with: ${invocation()} record plume`);
  } else blocks.push(tableOf(recordings), ...(await hints(recordings)));
  if (broken.length > 0) {
    // Most problems begin with the file's name.
    const list = broken.map(
      ({ path, problem }) => [shownPath(path), clean(problem.replace(`${path} `, ''))] as const,
    );
    blocks.push(`${red(`${counted(broken.length, 'recording')} cannot be read`)}\n${indent(textList(list))}`);
  }
  return blocks.join('\n\n');
}

/** What to do about runs that were cut off. */
async function hints(recordings: readonly Readable[]): Promise<string[]> {
  const crashed: Readable[] = [];
  for (const one of recordings) {
    if (one.runs.some(({ state }) => state === 'crashed') && (await isRecoverable(one.path)))
      crashed.push(one);
  }
  if (crashed.length === 0) return [];
  const paths = crashed.slice(0, NAMED).map(({ path }) => shellWord(nearPath(path)));
  const what =
    crashed.length === 1 ? 'what its process committed is there' : 'what their processes committed is there';
  return [dim(`crashed: ${what}; to finish: ${invocation()} recover ${paths.join(' ')}`)];
}

function tableOf(recordings: readonly Readable[]): string {
  const runs = recordings.flatMap((file) => file.runs.map((run, i) => ({ file, run, first: i === 0 })));
  // The run's id is left out where all files and folders are named after it.
  const named = runs.every(({ file: { path }, run }) =>
    [basename(path), basename(path, extname(path))].includes(run.runId),
  );
  const columns = [
    ...(named ? [] : [{ title: 'run', spare: 1 }]),
    { title: 'when', spare: 2 },
    { title: 'world', spare: 3 },
    { title: 'format', spare: 7 },
    { title: 'episodes', right: true, spare: 6 },
    { title: 'steps', right: true, spare: 5 },
    { title: 'frames', right: true, spare: 8 },
    { title: 'size', right: true, spare: 4 },
    { title: 'state' },
    { title: 'path' },
  ];
  const rows = runs.map(({ file, run, first }) => [
    ...(named ? [] : [clean(run.runId)]),
    localTime(run.startTimestamp),
    run.world === null ? dim('-') : clean(run.world),
    file.format,
    count(run.episodes),
    count(run.steps),
    count(run.frames),
    first ? bytes(file.bytes) : '',
    shownState(run.state),
    shownPath(file.path),
  ]);
  return textTable(columns, rows);
}

export function shownState(state: Run['state']): string {
  if (state === 'crashed') return red(state);
  return state === 'recording' ? yellow(state) : state;
}

function asJson(listed: Listed): Record<string, unknown> {
  return { ...listed };
}
