import { ChunkedDataset } from './dataset.ts';
import { specify } from './dataset-spec.ts';
import type { FileObject } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import { FixedDataset } from './fixed-dataset.ts';
import { GlobalHeap } from './global-heap.ts';
import { Group } from './group.ts';
import type { AttributeValues } from './messages/attribute.ts';
import { ObjectTree } from './object-tree.ts';
import { attributesOf, type ChunkedOptions, type FixedOptions, type Hdf5WriterOptions } from './options.ts';
import { readObjectHeader } from './reading/object-header.ts';
import { notToContinue, readDataset, readFixed, refuseOthers } from './reading/objects.ts';
import type { Hdf5Sink, Hdf5Source } from './sink.ts';
import { refuseClosed, Storage } from './storage.ts';
import { StoredObject } from './stored-object.ts';
import { readSuperblock, SUPERBLOCK_SIZE, writeExtension, writeSuperblock } from './superblock.ts';

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
  readonly #objects: ObjectTree;
  readonly #intermediate: boolean;
  readonly #extension: number;

  /**
   * Writes an empty file, or goes on with one.
   * @param continued the file as it is, to be continued at its last checkpoint: what was written behind that is
   *   lost. It must have been written by this class and not changed since.
   * @throws `NotARecording` for a file that cannot be continued.
   */
  constructor(sink: Hdf5Sink, options: Hdf5WriterOptions = {}, continued: Hdf5Source | null = null) {
    const { trackOrder = true, intermediateGroups = true, deflate, deflateBlocks, inflate } = options;
    const { readBack = null } = options;
    const superblock = continued === null ? null : readSuperblock(continued);
    const storage = new Storage(sink, superblock?.end ?? 0);
    const ordered =
      superblock === null ? trackOrder : readObjectHeader(continued!, superblock.root).trackOrder;
    const compressors = { deflate, deflateBlocks, inflate };
    const source = readBack === null ? continued : withPending(readBack, storage);
    this.#parts = { storage, heap: new GlobalHeap(storage), compressors, trackOrder: ordered, source };
    this.#intermediate = intermediateGroups;
    if (superblock !== null) {
      this.#extension = superblock.extension;
      this.#objects = new ObjectTree(this.#parts, { source: continued!, root: superblock.root });
      return;
    }
    storage.space.allocate(SUPERBLOCK_SIZE);
    this.#extension = storage.place(writeExtension()).address;
    this.#objects = new ObjectTree(this.#parts, null);
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

  /**
   * Bytes that a checkpoint would supersede now: metadata and chunks that grow since the last one. Who makes a
   * checkpoint only while this and {@link superseded} together are less than a tenth of {@link size} keeps to that.
   */
  get checkpointCost(): number {
    return this.#objects.root.cost();
  }

  /** Makes a group. @throws `InvalidConfig` where the path is taken or is none. */
  createGroup(path: string, attributes: AttributeValues = {}): void {
    this.#create(path, attributes, (group) => new Group(path, group, this.#parts));
  }

  /** Makes a dataset that grows. @throws `InvalidConfig` */
  createDataset(path: string, options: ChunkedOptions): ChunkedDataset {
    const spec = specify(path, options, this.#parts.compressors);
    return this.#create(path, attributesOf(options), (group) => new ChunkedDataset(spec, group, this.#parts));
  }

  /** Makes a dataset of a fixed shape. @throws `InvalidConfig`, `InvalidBatch` */
  createFixedDataset(path: string, options: FixedOptions): FixedDataset {
    return this.#create(path, {}, (group) => new FixedDataset(path, group, this.#parts, options));
  }

  /**
   * A dataset of a file that is continued, to be added to. The options are those that it was made with; its
   * attributes stay.
   * @param rows rows that were given; needed only for a `shape` that begins with more than 0 rows
   * @throws `NotFound`, or `InvalidConfig` where it was made with other options, or is finished.
   */
  openDataset(path: string, options: ChunkedOptions, rows?: number): ChunkedDataset {
    refuseClosed(this.#parts.storage);
    const found = this.#objects.find(path);
    const { group, child } = this.#objects.openLinkOf(path);
    if (found instanceof ChunkedDataset) return found;
    const spec = specify(path, options, this.#parts.compressors);
    const { source } = this.#parts;
    if (!(found instanceof StoredObject) || source === null) return notToContinue(path, 'it does not grow');
    const stored = readDataset(source, found.header, spec, rows);
    const dataset = new ChunkedDataset(spec, group, this.#parts, stored);
    group.exchange(child, dataset);
    return dataset;
  }

  /**
   * A fixed dataset of a file that is continued, or that was unloaded, to be written to.
   * @throws `NotFound`, or `InvalidConfig` where it was made with other options, or is finished.
   */
  openFixedDataset(path: string, options: FixedOptions): FixedDataset {
    refuseClosed(this.#parts.storage);
    const found = this.#objects.find(path);
    const { group, child } = this.#objects.openLinkOf(path);
    if (found instanceof FixedDataset) return found;
    if (!(found instanceof StoredObject)) return notToContinue(path, 'it is none of a fixed shape');
    const stored = readFixed(path, found.header);
    const dataset = new FixedDataset(path, group, this.#parts, options, stored);
    refuseOthers(path, found.header, dataset.constants());
    group.exchange(child, dataset);
    return dataset;
  }

  /** Whether there is an object at a path. */
  has(path: string): boolean {
    return this.#objects.has(path);
  }

  /** Sets attributes of a group or dataset; others stay. @throws `NotFound`, `InvalidConfig` */
  setAttributes(path: string, attributes: AttributeValues): void {
    refuseClosed(this.#parts.storage);
    this.#objects.find(path).setAttributes(attributes);
  }

  /**
   * Writes a group or dataset and all below for good, and frees their memory: nothing can be added to them. The
   * file shows them with the next checkpoint. @throws `NotFound`
   */
  finish(path: string): void {
    refuseClosed(this.#parts.storage);
    this.#objects.finish(path);
  }

  /**
   * Frees the memory of an object that did not change since the last checkpoint, until it is asked for again. Needs
   * `readBack`. @throws `NotFound`
   */
  unload(path: string): void {
    refuseClosed(this.#parts.storage);
    if (this.#parts.source !== null) this.#objects.unload(path);
  }

  /**
   * Writes a group and frees its memory, until something is added to it. Datasets that are in it by then are finished.
   * Needs `readBack`. @throws `NotFound`
   */
  store(path: string): void {
    refuseClosed(this.#parts.storage);
    if (this.#parts.source !== null) this.#objects.store(path);
  }

  /** Makes all that was added so far part of the file, at once. */
  checkpoint(): void {
    refuseClosed(this.#parts.storage);
    if (!this.#objects.root.isChanged) return;
    const { storage, heap } = this.#parts;
    heap.flush();
    const root = this.#objects.root.write();
    const { space, output } = storage;
    output.commit(space.end, writeSuperblock({ extension: this.#extension, end: space.end, root }));
    storage.checkpointed();
    this.#objects.checkpointed();
  }

  /** Finishes all objects, and makes the last checkpoint. */
  close(): void {
    const { storage } = this.#parts;
    if (storage.isClosed) return;
    this.#objects.root.finish();
    this.checkpoint();
    storage.output.flush();
    storage.isClosed = true;
  }

  /** Makes an object; where that throws, there is at most a group on the way to it. */
  #create<T extends FileObject>(path: string, attributes: AttributeValues, make: (group: Group) => T): T {
    refuseClosed(this.#parts.storage);
    const { group, name } = this.#objects.placeFor(path, this.#intermediate);
    const object = make(group);
    object.setAttributes(attributes);
    group.add(name, object);
    return object;
  }
}

/** A file as it is with what was written but waits to be handed to it. */
function withPending(file: Hdf5Source, storage: Storage): Hdf5Source {
  return {
    get size() {
      return storage.space.end;
    },
    read(offset, length) {
      storage.output.flush();
      return file.read(offset, length);
    },
  };
}
