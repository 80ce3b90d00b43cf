import { EPISODE_GROUP } from '../../backends/hdf5/episode-summary.ts';
import type { HeldObject } from '../../backends/hdf5/own-dataset.ts';
import { OBJECT, OBJECT_ROWS, type ObjectNote } from '../../backends/hdf5/own-objects.ts';
import { TABLES } from '../../backends/hdf5/run-groups.ts';
import { damaged } from '../parquet/damage.ts';
import type { H5File } from './file.ts';

/** An object of the user's own in a file: one that is not of recorded rows. */
export interface OwnObject {
  readonly path: string;
  readonly isGroup: boolean;
}

/** The objects of the user's own in a file, groups before what is in them. */
export function ownObjects(file: H5File, runId: string): Generator<OwnObject, void> {
  return objectsIn(file, '/', `/${runId}`);
}

/** Paths of the datasets among them. */
export function* ownDatasets(file: H5File, runId: string): Generator<string, void> {
  for (const { path, isGroup } of ownObjects(file, runId)) if (!isGroup) yield path;
}

/** Groups within groups; one that holds itself would never end. */
const MOST_DEPTH = 64;

function* objectsIn(file: H5File, group: string, run: string, depth = 0): Generator<OwnObject, void> {
  if (depth > MOST_DEPTH) throw damaged(file.path, `${group.slice(0, 60)}… lies too deep`);
  for (const name of file.names(group)) {
    if (group === run && (name === TABLES || EPISODE_GROUP.test(name))) continue;
    const path = group === '/' ? `/${name}` : `${group}/${name}`;
    const isGroup = file.isGroup(path);
    if (path !== run) yield { path, isGroup };
    if (isGroup) yield* objectsIn(file, path, run, depth + 1);
  }
}

/** What is needed to go on with the datasets, by the ids of their rows. @throws `NotARecording` */
export function heldObjects(file: H5File, runId: string): Map<number, HeldObject> {
  const objects = new Map<number, HeldObject>();
  for (const path of ownDatasets(file, runId)) {
    const { id, ...object } = heldObject(file, path);
    objects.set(id, object);
  }
  return objects;
}

/** The same of one dataset. @throws `NotARecording` where another program made it */
export function heldObject(file: H5File, path: string): HeldObject & { readonly id: number } {
  const text = file.attribute(path, OBJECT);
  if (typeof text !== 'string') throw damaged(file.path, `${path} does not say what it is`);
  const { id, definition } = JSON.parse(text) as ObjectNote;
  const rows = definition.layout === 'chunked' ? file.attribute(path, OBJECT_ROWS) : 0;
  return { id, path, definition, rows: Number(rows) };
}
