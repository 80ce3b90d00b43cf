import { readValue, type Slice } from '../../backends/commit.ts';
import { EPISODE_GROUP } from '../../backends/hdf5/episode-summary.ts';
import { isOfObjects } from '../../backends/hdf5/own-objects.ts';
import { EPISODES, TABLES } from '../../backends/hdf5/run-groups.ts';
import { textOfAttributes } from '../../formats/hdf5/attribute-text.ts';
import type { AttributeValue } from '../../formats/hdf5/messages/attribute.ts';
import type { Hdf5Type, NumberArray } from '../../formats/hdf5/types.ts';
import { elementParts } from '../../formats/hdf5/values/element-parts.ts';
import type { ValueRows } from '../../formats/hdf5/values/row-data.ts';
import { OF_ROOT, OF_RUN, RESERVED_PREFIX } from '../../schema/hdf5-objects.ts';
import type { OwnObjectRow, OwnObjects } from '../own-objects.ts';
import type { Contents } from './contents.ts';
import type { H5File } from './file.ts';
import { heldObject, type OwnObject, ownObjects } from './own-objects.ts';
import type { RawValues } from './raw-values.ts';

/** What the group of a table that is recorded, and its datasets, say of themselves. */
const OF_TABLES: ReadonlySet<string> = new Set([
  'description',
  'key',
  'rows_of_a_key',
  'columns',
  'units',
  'clock',
  'references',
  'content',
]);

/** Those of a recording: of its last checkpoint, and of the commits that only its journal has. */
export function ownObjectsOf(contents: Contents): OwnObjects {
  const { file, run } = contents;
  const paths = Array.from(ownObjects(file, run.runId), ({ path }) => path);
  for (const { kind, path } of rowsOfJournal(contents)) {
    if (kind === 'group' || kind === 'dataset') paths.push(path);
  }
  return {
    paths,
    *rows() {
      for (const object of ownObjects(file, run.runId)) yield* rowsOfObject(file, object);
      yield* rowsOfAttributes(contents);
      yield* rowsOfJournal(contents);
    },
  };
}

function* rowsOfObject(file: H5File, { path, isGroup }: OwnObject): Generator<OwnObjectRow, void> {
  const attributes = textOfAttributes(attributesOf(file, path));
  if (isGroup) {
    yield { object_id: 0, kind: 'group', path, attributes };
    return;
  }
  const { id, definition, rows } = heldObject(file, path);
  yield { object_id: id, kind: 'dataset', path, attributes, definition: JSON.stringify(definition) };
  let element = 0;
  for (const block of file.blocks(path, definition.layout === 'chunked' ? rows : undefined)) {
    const values = withoutPadding(block, definition.dtype);
    for (const { bytes, elements } of elementParts(values, definition.dtype)) {
      const place = { dataset: BigInt(id), element: BigInt(element) };
      yield { object_id: 0, kind: 'values', path, ...place, data: bytes };
      element += elements;
    }
  }
}

/** Attributes that were set on what is recorded. */
function* rowsOfAttributes({ file, run, plans }: Contents): Generator<OwnObjectRow, void> {
  const root = `/${run.runId}`;
  const summary = plans.find(({ name }) => name === EPISODES)?.columns ?? [];
  const ofEpisode = new Set(['episode_id', ...summary.map(({ name }) => name)]);
  yield* rowOf(file, '/', OF_ROOT);
  yield* rowOf(file, root, OF_RUN);
  // Rows of an episode that came late stand in further parts, which a copy has not got.
  const episodes = file.names(root).filter((name) => EPISODE_GROUP.exec(name)?.[2] === undefined);
  for (const name of episodes.filter((one) => EPISODE_GROUP.test(one))) {
    yield* rowsOfRecorded(file, `${root}/${name}`, ofEpisode);
  }
  for (const name of file.names(`${root}/${TABLES}`)) {
    yield* rowsOfRecorded(file, `${root}/${TABLES}/${name}`, OF_TABLES);
  }
}

function* rowsOfRecorded(
  file: H5File,
  group: string,
  without: ReadonlySet<string>,
): Generator<OwnObjectRow, void> {
  yield* rowOf(file, group, without);
  for (const name of file.names(group)) yield* rowOf(file, `${group}/${name}`, OF_TABLES);
}

function* rowOf(file: H5File, path: string, without: ReadonlySet<string>): Generator<OwnObjectRow, void> {
  const attributes = attributesOf(file, path, without);
  if (Object.keys(attributes).length === 0) return;
  yield { object_id: 0, kind: 'attributes', path, attributes: textOfAttributes(attributes) };
}

/** Attributes of the user's; those of types that the recorder does not write are left out. */
function attributesOf(
  file: H5File,
  path: string,
  without: ReadonlySet<string> = NOTHING,
): Readonly<Record<string, AttributeValue>> {
  const found: Record<string, AttributeValue> = {};
  for (const name of file.attributeNames(path)) {
    if (without.has(name) || name.startsWith(RESERVED_PREFIX)) continue;
    const value = file.attribute(path, name);
    if (value !== null) found[name] = value as AttributeValue;
  }
  return found;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Texts of a fixed length are filled up with zeros in the file. */
function withoutPadding(values: RawValues, dtype: Hdf5Type): NumberArray | ValueRows {
  if (typeof dtype !== 'object' || dtype.kind !== 'utf8') return values;
  return (values as readonly Uint8Array[]).map((text) =>
    text.subarray(0, 1 + text.findLastIndex((byte) => byte !== 0)),
  );
}

function* rowsOfJournal({ journal, run }: Contents): Generator<OwnObjectRow, void> {
  for (const { tables } of journal?.commits(run.lastCommit) ?? []) {
    for (const { slices } of tables.filter(({ plan }) => isOfObjects(plan))) {
      for (const slice of slices) {
        for (let row = slice.from; row < slice.to; row++) yield rowOfSlice(slice, row);
      }
    }
  }
}

function rowOfSlice(slice: Slice, row: number): OwnObjectRow {
  const values = slice.plan.columns.map(({ name }, column) => [name, readValue(slice, column, row)]);
  const id = slice.firstId + row - slice.from;
  return { object_id: id, ...Object.fromEntries(values) } as OwnObjectRow;
}
