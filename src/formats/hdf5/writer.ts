import { SimtapeError, show } from '../../errors.ts';
import { ChunkedDataset } from './dataset.ts';
import type { AttributeValues, FileObject } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import { FixedDataset } from './fixed-dataset.ts';
import { GlobalHeap } from './global-heap.ts';
import { Group } from './group.ts';
import type { ChunkedOptions, FixedOptions, Hdf5WriterOptions } from './options.ts';
import type { Hdf5Sink } from './sink.ts';
import { Storage } from './storage.ts';
import { SUPERBLOCK_SIZE, writeExtension, writeSuperblock } from './superblock.ts';

/**
 * Writes an HDF5 file that readers since HDF5 1.8 open. What is in the file at the last {@link checkpoint} stays
 * readable whatever happens afterwards: later data and metadata go elsewhere until the superblock, one write of 48
 * bytes, names them. Objects are named by absolute paths such as `/run/episode_000001/reward`.
 *
 * Only chunks that are being filled and a description of open objects are kept in memory; {@link finish} lets go of
 * objects that will not change.
 */
export class Hdf5Writer {
  readonly #parts: FileParts;
  readonly #root: Group;
  readonly #intermediate: boolean;
  readonly #extension: number;
  #closed = false;
  #lastSuperseded = 0;

  /** Writes an empty file. */
  constructor(sink: Hdf5Sink, options: Hdf5WriterOptions = {}) {
    const { trackOrder = true, intermediateGroups = true, deflate, inflate } = options;
    const storage = new Storage(sink, 0);
    storage.space.allocate(SUPERBLOCK_SIZE);
    this.#parts = { storage, heap: new GlobalHeap(storage), compressors: { deflate, inflate }, trackOrder };
    this.#intermediate = intermediateGroups;
    this.#extension = storage.place(writeExtension()).address;
    this.#root = new Group('', null, this.#parts);
    this.checkpoint();
  }

  /** Bytes of the file, as of the last checkpoint and with what was added since. */
  get size(): number {
    return this.#parts.storage.space.end;
  }

  /** Bytes of the file that hold nothing any more; later data and metadata take them two checkpoints later. */
  get superseded(): number {
    return this.#parts.storage.space.superseded;
  }

  /** Bytes that the last checkpoint superseded; the next one costs about as much while the same objects grow. */
  get checkpointCost(): number {
    return this.#lastSuperseded;
  }

  /** Makes a group. @throws `InvalidConfig` where the path is taken or is none. */
  createGroup(path: string, attributes: AttributeValues = {}): void {
    this.#refuseClosed();
    const [parent, name] = this.#placeFor(path);
    const group = new Group(path, parent, this.#parts);
    group.setAttributes(attributes);
    parent.add(name, group);
  }

  /** Makes a dataset that grows. @throws `InvalidConfig` */
  createDataset(path: string, options: ChunkedOptions): ChunkedDataset {
    this.#refuseClosed();
    const [parent, name] = this.#placeFor(path);
    const dataset = new ChunkedDataset(path, parent, this.#parts, options);
    parent.add(name, dataset);
    return dataset;
  }

  /** Makes a dataset of data that are all there. @throws `InvalidConfig`, `InvalidBatch` */
  createFixedDataset(path: string, options: FixedOptions): void {
    this.#refuseClosed();
    const [parent, name] = this.#placeFor(path);
    parent.add(name, new FixedDataset(path, parent, this.#parts, options));
  }

  /** Whether there is an object at a path. */
  has(path: string): boolean {
    let object: FileObject | null = this.#root;
    for (const name of namesOf(path)) {
      const child: { object: FileObject | null } | undefined = object instanceof Group ? object.children.get(name) : undefined;
      if (child === undefined) return false;
      object = child.object;
    }
    return true;
  }

  /** Sets attributes of a group or dataset; others stay. @throws `NotFound`, `InvalidConfig` */
  setAttributes(path: string, attributes: AttributeValues): void {
    this.#refuseClosed();
    this.#find(namesOf(path), path).setAttributes(attributes);
  }

  /**
   * Writes a group or dataset and all below for good, and frees their memory: nothing can be added to them. The
   * file shows them with the next checkpoint. @throws `NotFound`
   */
  finish(path: string): void {
    this.#refuseClosed();
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) return invalidPath(path, 'the root is finished by close');
    const parent = this.#group(names, path);
    if (!parent.children.has(name)) throw new SimtapeError('NotFound', `there is no ${path}`, { name: path });
    parent.release(name);
  }

  /** Makes all that was added so far part of the file, at once. */
  checkpoint(): void {
    this.#refuseClosed();
    if (!this.#root.isChanged) return;
    const { storage, heap } = this.#parts;
    heap.flush();
    const root = this.#root.write();
    const { space, output } = storage;
    output.commit(space.end, writeSuperblock({ extension: this.#extension, end: space.end, root }));
    this.#lastSuperseded = space.releasing;
    space.checkpointed();
  }

  /** Finishes all objects, and makes the last checkpoint. */
  close(): void {
    if (this.#closed) return;
    this.#root.finish();
    this.checkpoint();
    this.#closed = true;
  }

  /** The group that a new object goes into, made where that is allowed, and the object's name in it. */
  #placeFor(path: string): [Group, string] {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) return invalidPath(path, 'the root is there already');
    let group = this.#root;
    let at = '';
    for (const step of names) {
      at += `/${step}`;
      const child = group.children.get(step);
      if (child === undefined && this.#intermediate) {
        const made = new Group(at, group, this.#parts);
        group.add(step, made);
        group = made;
      } else {
        group = this.#group(namesOf(at), path);
      }
    }
    if (group.children.has(name)) invalidPath(path, 'there is such an object already');
    return [group, name];
  }

  #group(names: readonly string[], path: string): Group {
    const found = this.#find(names, path);
    return found instanceof Group ? found : invalidPath(path, `${found.path} is a dataset, not a group`);
  }

  #find(names: readonly string[], path: string): FileObject {
    let object: FileObject = this.#root;
    for (const name of names) {
      const child: { object: FileObject | null } | undefined = object instanceof Group ? object.children.get(name) : undefined;
      if (child === undefined) throw new SimtapeError('NotFound', `there is no ${path}: ${name} is missing`, { name: path });
      if (child.object === null) return invalidPath(path, `${object.path}/${name} is finished and cannot be changed`);
      object = child.object;
    }
    return object;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new SimtapeError('InvalidConfig', 'the HDF5 file is closed', { key: 'path', value: '/' });
  }
}

/** The names of a path. @throws `InvalidConfig` */
function namesOf(path: string): string[] {
  if (path === '/') return [];
  if (typeof path !== 'string' || !path.startsWith('/')) invalidPath(path, 'paths begin with /');
  const names = path.slice(1).split('/');
  if (names.some((name) => name === '' || name === '.' || name.includes('\0'))) {
    invalidPath(path, 'a name in it is empty, a dot, or has U+0000');
  }
  return names;
}

function invalidPath(path: string, why: string): never {
  throw new SimtapeError('InvalidConfig', `the path ${show(path)} cannot be: ${why}`, { key: 'path', value: path });
}
