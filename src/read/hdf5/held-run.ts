import type { HeldRun } from '../../backends/hdf5/backend.ts';
import type { HeldDataset } from '../../backends/hdf5/column-dataset.ts';
import type { HeldGroup } from '../../backends/hdf5/column-group.ts';
import { EPISODE_GROUP } from '../../backends/hdf5/episode-summary.ts';
import { STEPS } from '../../backends/hdf5/run-groups.ts';
import type { GroupReader } from './column-group.ts';
import type { Contents } from './contents.ts';
import { heldObjects } from './own-objects.ts';

/** What a file holds of its run, as far as it is needed to go on from there. */
export function heldRun(contents: Contents): HeldRun {
  const { run } = contents;
  const tables = new Map<string, HeldGroup>();
  for (const { name } of run.plans) {
    if (name !== STEPS) tables.set(name, heldGroup(contents.groupsOf(name)[0]!));
  }
  const episodes = new Map<number, HeldGroup>();
  const empty = new Map<number, boolean>();
  for (const group of contents.groupsOf(STEPS)) {
    if (group.isFinished) continue;
    const name = group.path.slice(group.path.lastIndexOf('/') + 1);
    const [, episode, part] = EPISODE_GROUP.exec(name)!;
    if (group.rows === 0 && part === undefined) empty.set(Number(episode), false);
    else episodes.set(Number(episode), heldGroup(group));
  }
  const { lastCommit, plans, steps, runId } = run;
  const objects = heldObjects(contents.file, runId);
  return { lastCommit, plans, tables, episodes, counts: { steps, episodes: run.episodes }, empty, objects };
}

function heldGroup(group: GroupReader): HeldGroup {
  const { path, rows, firstId, lastId, sorted, chunkRows, layout } = group;
  const datasets = new Map<string, { -readonly [K in keyof HeldDataset]: HeldDataset[K] }>();
  for (const [column, { dataset, hasValid, hasExact }] of layout.places) {
    const known = datasets.get(dataset);
    if (known === undefined) datasets.set(dataset, { dataset, columns: [column], hasValid, hasExact });
    else known.columns = [...known.columns, column];
  }
  return {
    path,
    rows,
    ids: { first: firstId, last: lastId, sorted },
    time: heldTime(group),
    chunkRows,
    datasets: [...datasets.values()],
  };
}

function heldTime(group: GroupReader): HeldGroup['time'] {
  const { risingTime, rows } = group;
  if (risingTime === null || rows === 0) return null;
  const [cells] = group.read([risingTime], rows - 1, rows);
  return { column: risingTime, last: cells![0] as number | bigint };
}
