import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { openRecording, type Run } from '../src/read/index.ts';
import { invocation } from './invocation.ts';
import { print } from './output.ts';
import { describe, Failure } from './problems.ts';
import { candidates } from './recordings/find.ts';
import { bytes, clean, count, counted, localTime, shellWord, shownPath } from './text/format.ts';
import { dim, red, yellow } from './text/style.ts';
import { indent, textList, textTable } from './text/table.ts';

/** A recording that was found, or a file that looks like one and cannot be read. */
type Listed =
  | { readonly path: string; readonly format: string; readonly bytes: number; readonly runs: readonly Run[] }
  | { readonly path: string; readonly problem: string };

/** `simtape ls`: the runs of all recordings in a folder, the newest last, next to the prompt. */
export async function ls(folder: string, { json = false }: { json?: boolean }): Promise<number> {
  const found = await list(folder);
  if (json) print(JSON.stringify({ folder, recordings: found.map(asJson) }));
  else print(asText(folder, found));
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
  for (const path of candidates(folder)) found.push(await look(path));
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

function asText(folder: string, found: readonly Listed[]): string {
  const recordings = found.filter((listed) => 'runs' in listed);
  const broken = found.filter((listed) => 'problem' in listed);
  const blocks: string[] = [];
  if (recordings.length === 0) {
    blocks.push(`${folder} holds no recordings; make one with: ${invocation()} record plume`);
  } else blocks.push(tableOf(recordings));
  if (broken.length > 0) {
    // Most problems begin with the file's name.
    const list = broken.map(
      ({ path, problem }) => [shownPath(path), problem.replace(`${path} `, '')] as const,
    );
    blocks.push(`${red(`${counted(broken.length, 'file')} cannot be read`)}\n${indent(textList(list))}`);
  }
  return blocks.join('\n\n');
}

function tableOf(recordings: readonly Extract<Listed, { runs: unknown }>[]): string {
  const runs = recordings.flatMap((file) => file.runs.map((run, i) => ({ file, run, first: i === 0 })));
  // The run's id is left out where all files are named after it.
  const named = runs.every(({ file, run }) => basename(file.path, extname(file.path)) === run.runId);
  const columns = [
    ...(named ? [] : [{ title: 'run' }]),
    { title: 'when' },
    { title: 'world' },
    { title: 'format' },
    { title: 'episodes', right: true },
    { title: 'steps', right: true },
    { title: 'frames', right: true },
    { title: 'size', right: true },
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
