import { EPISODE_GROUP } from '../../backends/hdf5/episode-summary.ts';
import type { HeldObject } from '../../backends/hdf5/own-dataset.ts';
import { OBJECT, OBJECT_ROWS, type ObjectNote } from '../../backends/hdf5/own-objects.ts';
import { TABLES } from '../../backends/hdf5/run-groups.ts';
import { damaged } from '../parquet/damage.ts';
import type { H5File } from './file.ts';

/** Paths of the datasets of the user's own in a file: all that are not of recorded rows. */
export function* ownDatasets(file: H5File, runId: string): Generator<string, void> {
  yield* datasetsIn(file, '/', `/${runId}`);
}

/** Groups within groups; one that holds itself would never end. */
const MOST_DEPTH = 64;

function* datasetsIn(file: H5File, group: string, run: string, depth = 0): Generator<string, void> {
  if (depth > MOST_DEPTH) throw damaged(file.path, `${group.slice(0, 60)}… lies too deep`);
  for (const name of file.names(group)) {
    if (group === run && (name === TABLES || EPISODE_GROUP.test(name))) continue;
    const path = group === '/' ? `/${name}` : `${group}/${name}`;
    if (file.isGroup(path)) yield* datasetsIn(file, path, run, depth + 1);
    else yield path;
  }
}

/** The same as what is needed to go on with them, by the ids of their rows. @throws `NotARecording` */
export function heldObjects(file: H5File, runId: string): Map<number, HeldObject> {
  const objects = new Map<number, HeldObject>();
  for (const path of ownDatasets(file, runId)) {
    const text = file.attribute(path, OBJECT);
    if (typeof text !== 'string') throw damaged(file.path, `${path} does not say what it is`);
    const { id, definition } = JSON.parse(text) as ObjectNote;
    const rows = definition.layout === 'chunked' ? file.attribute(path, OBJECT_ROWS) : 0;
    objects.set(id, { path, definition, rows: Number(rows) });
  }
  return objects;
}
