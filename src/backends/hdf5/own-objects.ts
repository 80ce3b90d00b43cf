import { isSimtapeError, type RejectedRow, SimtapeError } from '../../errors.ts';
import { attributesOfText } from '../../formats/hdf5/attribute-text.ts';
import type { AttributeValues, Hdf5Writer } from '../../formats/hdf5/index.ts';
import { type OwnDataset as Definition, HDF5_OBJECTS, RESERVED_PREFIX } from '../../schema/hdf5-objects.ts';
import { ALL_WRITTEN, type WriteReport } from '../backend.ts';
import { type Commit, readValue, type Slice, type StoredValue } from '../commit.ts';
import type { Hdf5Storage } from './options.ts';
import { type HeldObject, OwnDataset } from './own-dataset.ts';

/** Of a dataset of the user's own: its row's id and what it is, as JSON; and how many rows of it were given. */
export const OBJECT: string = `${RESERVED_PREFIX}object`;
export const OBJECT_ROWS: string = `${RESERVED_PREFIX}object_rows`;

/** The value of {@link OBJECT}. */
export interface ObjectNote {
  readonly id: number;
  readonly definition: Definition;
}

/** Rows that are told of, of those that could not be applied. */
const MOST_EXAMPLES = 10;
const { name: TABLE } = HDF5_OBJECTS;

/** A commit without the rows that say objects of the user's own, and these. */
export function splitCommit(commit: Commit): { recorded: Commit; objects: readonly Slice[] } {
  const own = commit.tables.find(({ plan }) => plan.name === TABLE);
  if (own === undefined) return { recorded: commit, objects: [] };
  const tables = commit.tables.filter((table) => table !== own);
  return { recorded: { ...commit, tables }, objects: own.slices };
}

/** Whether a table is that of objects of the user's own. */
export function isOfObjects({ name }: { readonly name: string }): boolean {
  return name === TABLE;
}

/** Groups, datasets and attributes of the user's own in a file. */
export class OwnObjects {
  readonly #writer: Hdf5Writer;
  readonly #storage: Hdf5Storage;
  readonly #memoryBytes: number;
  /** Datasets by the id of the row that made them. */
  readonly #datasets = new Map<number, OwnDataset>();
  /** Datasets in chunks whose number of rows is not noted in the file. */
  readonly #changed = new Set<OwnDataset>();

  constructor(
    writer: Hdf5Writer,
    storage: Hdf5Storage,
    memoryBytes: number,
    held: ReadonlyMap<number, HeldObject>,
  ) {
    this.#writer = writer;
    this.#storage = storage;
    this.#memoryBytes = memoryBytes;
    for (const [id, object] of held) this.#datasets.set(id, new OwnDataset(writer, storage, object));
  }

  get held(): ReadonlyMap<number, HeldObject> {
    return new Map([...this.#datasets].map(([id, dataset]) => [id, dataset.held]));
  }

  /** Whether a checkpoint is due, so that memory can be freed. */
  get isOverfull(): boolean {
    return this.#changed.size > 0 && this.#memory() > this.#memoryBytes;
  }

  /** Applies rows to the file. Those that cannot be are left out, and told. */
  take(slices: readonly Slice[]): WriteReport {
    let rejected = 0;
    const examples: RejectedRow[] = [];
    for (const slice of slices) {
      for (let row = slice.from; row < slice.to; row++) {
        try {
          this.#apply(slice, row);
        } catch (error) {
          if (!isSimtapeError(error)) throw error;
          rejected++;
          if (examples.length < MOST_EXAMPLES) examples.push(example(slice, row, error.message));
        }
      }
    }
    return rejected === 0 ? ALL_WRITTEN : { rejected: new Map([[TABLE, rejected]]), examples };
  }

  /** Writes down how many rows were given, before a checkpoint. */
  note(): void {
    for (const { path, held } of this.#changed) {
      if (held.definition.layout === 'chunked')
        this.#writer.setAttributes(path, { [OBJECT_ROWS]: held.rows });
    }
    this.#changed.clear();
  }

  /** Frees memory after a checkpoint, where it holds much. */
  checkpointed(): void {
    if (this.#memory() <= this.#memoryBytes / 2) return;
    for (const dataset of this.#datasets.values()) dataset.unload();
  }

  #apply(slice: Slice, row: number): void {
    const value = (name: string) => cellOf(slice, row, name);
    const path = String(value('path'));
    switch (value('kind')) {
      case 'group':
        this.#writer.createGroup(path, attributesIn(value('attributes')));
        return;
      case 'dataset':
        this.#create(
          slice.firstId + row - slice.from,
          path,
          String(value('definition')),
          value('attributes'),
        );
        return;
      case 'attributes':
        this.#writer.setAttributes(path, attributesIn(value('attributes')));
        return;
      default:
        this.#put(Number(value('dataset')), path, Number(value('element')), value('data') as Uint8Array);
    }
  }

  #create(id: number, path: string, text: string, attributes: StoredValue): void {
    const definition: Definition = JSON.parse(text);
    const dataset = new OwnDataset(this.#writer, this.#storage, { path, definition, rows: 0 });
    dataset.create(String(attributes));
    const note: ObjectNote = { id, definition };
    this.#writer.setAttributes(path, { [OBJECT]: JSON.stringify(note) });
    this.#datasets.set(id, dataset);
    this.#changed.add(dataset);
  }

  #put(id: number, path: string, element: number, data: Uint8Array): void {
    const dataset = this.#datasets.get(id);
    if (dataset === undefined) {
      throw new SimtapeError('NotFound', `${path} could not be created, so that it takes nothing`, {
        name: path,
      });
    }
    dataset.put(element, data);
    this.#changed.add(dataset);
  }

  #memory(): number {
    let sum = 0;
    for (const { memory } of this.#datasets.values()) sum += memory;
    return sum;
  }
}

function attributesIn(text: StoredValue): AttributeValues {
  return text === null ? {} : attributesOfText(String(text));
}

function cellOf(slice: Slice, row: number, name: string): StoredValue {
  return readValue(
    slice,
    slice.plan.columns.findIndex((column) => column.name === name),
    row,
  );
}

/** A row for a message, without its elements. */
function example(slice: Slice, row: number, reason: string): RejectedRow {
  const told = ['kind', 'path', 'attributes', 'definition', 'element'];
  return {
    table: TABLE,
    reason,
    row: Object.fromEntries(told.map((name) => [name, cellOf(slice, row, name)])),
  };
}
