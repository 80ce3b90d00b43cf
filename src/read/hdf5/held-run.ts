import type { HeldDataset } from '../../backends/hdf5/column-dataset.ts';
import { CHUNK_ROWS, FINISHED, type HeldGroup } from '../../backends/hdf5/column-group.ts';
import { EPISODE_GROUP } from '../../backends/hdf5/episode-summary.ts';
import { type HeldRun, STEPS } from '../../backends/hdf5/run-groups.ts';
import { damaged } from '../parquet/damage.ts';
import type { GroupReader } from './column-group.ts';
import type { Contents } from './contents.ts';

/** What a file holds of its run, as far as it is needed to go on from there. */
export function heldRun(contents: Contents): HeldRun {
  const { run } = contents;
  const tables = new Map<string, HeldGroup>();
  for (const { name } of run.plans) {
    if (name !== STEPS) tables.set(name, heldGroup(contents, contents.groupsOf(name)[0]!));
  }
  const episodes = new Map<number, HeldGroup>();
  for (const group of episodeGroups(contents)) {
    if (contents.file.attribute(group.path, FINISHED) !== undefined) continue;
    const name = group.path.slice(group.path.lastIndexOf('/') + 1);
    episodes.set(Number(EPISODE_GROUP.exec(name)![1]), heldGroup(contents, group));
  }
  const { lastCommit, plans, steps } = run;
  return { lastCommit, plans, tables, episodes, counts: { steps, episodes: run.episodes } };
}

/** Groups of episodes; there are some before the first step, where only a summary was recorded. */
function episodeGroups(contents: Contents): readonly GroupReader[] {
  return contents.groupsOf(STEPS);
}

function heldGroup({ file }: Contents, group: GroupReader): HeldGroup {
  const { path, rows, firstId, lastId, sorted, places } = group;
  const chunkRows = file.attribute(path, CHUNK_ROWS);
  if (typeof chunkRows !== 'number') throw damaged(file.path, `${path} does not say its ${CHUNK_ROWS}`);
  const datasets = new Map<string, { -readonly [K in keyof HeldDataset]: HeldDataset[K] }>();
  for (const [column, { path: at, hasValid, hasExact }] of places) {
    const dataset = at.slice(path.length + 1);
    const known = datasets.get(dataset);
    if (known === undefined) datasets.set(dataset, { dataset, columns: [column], hasValid, hasExact });
    else known.columns = [...known.columns, column];
  }
  return {
    path,
    rows,
    ids: { first: firstId, last: lastId, sorted },
    chunkRows,
    datasets: [...datasets.values()],
  };
}
