import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { IdRange } from '../../buffer/link.ts';
import { Hdf5Writer } from '../../formats/hdf5/index.ts';
import { JournalWriter, readJournal } from '../../journal/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import {
  ALL_IDS,
  ALL_WRITTEN,
  type BackendConfig,
  joinReports,
  type OpenedBackend,
  type RunInfo,
  type StorageBackend,
  type WriteReport,
} from '../backend.ts';
import { cannotOpen } from '../cannot-open.ts';
import type { Commit } from '../commit.ts';
import type { Recovery } from '../files/recovery.ts';
import { syncFolder } from '../sync-folder.ts';
import { tableNotMade } from '../table-not-made.ts';
import { thisProcess } from '../writer-process.ts';
import { CheckpointPace } from './checkpoint-pace.ts';
import { COMPRESSORS } from './compressors.ts';
import { DiskFile } from './file.ts';
import type { Hdf5Options, Hdf5Storage } from './options.ts';
import type { HeldObject } from './own-dataset.ts';
import { isOfObjects, OwnObjects, splitCommit } from './own-objects.ts';
import { filePlace, journalFolder, prepareFile } from './place.ts';
import {
  checkpointAttributes,
  endAttributes,
  rootAttributes,
  runAttributes,
  schemaAttribute,
} from './run-attributes.ts';
import { type HeldGroups, RunGroups, TABLES } from './run-groups.ts';

/** Share of the memory that chunks may hold; the rest is for what encoding needs beside them. */
const CHUNKS_SHARE = 0.6;
/** Share of it that datasets of the user's own may hold. */
const OWN_SHARE = 0.2;

/** What a file holds of a run at a checkpoint, as far as it is needed to go on from there. */
export interface HeldRun extends HeldGroups {
  /** Datasets of the user's own, by the ids of their rows. */
  readonly objects: ReadonlyMap<number, HeldObject>;
}

/**
 * Records into one HDF5 file. A commit goes into the journal, then into the chunks of its columns; a checkpoint makes
 * them part of the file at once, says which commit was the last of them, and lets go of the journal before it.
 */
export class Hdf5Backend implements StorageBackend {
  readonly #config: BackendConfig;
  readonly #options: Hdf5Options;
  #storage: Hdf5Storage;
  #path = '';
  #runPath = '';
  #file!: DiskFile;
  #writer!: Hdf5Writer;
  #groups!: RunGroups;
  #objects!: OwnObjects;
  #pace!: CheckpointPace;
  #journal: JournalWriter | null = null;
  /** What the file holds: what stands there whatever happens. */
  #held!: HeldRun;
  #lastCommit = 0;
  #isOpen = false;
  #recovered: Recovery | null = null;
  /** Why the file has to be taken up again at its last checkpoint before anything can be written. */
  #broken: { readonly error: unknown } | null = null;

  constructor(config: BackendConfig, options: Hdf5Options) {
    this.#config = config;
    this.#options = options;
    const { compression, compressionOpts, shuffle, fletcher32 } = options;
    this.#storage = { compression, compressionOpts, shuffle, fletcher32 };
  }

  open(run: RunInfo): OpenedBackend {
    this.#path = filePlace(this.#config, this.#options, run.runId);
    this.#runPath = `/${run.runId}`;
    prepareFile(this.#path);
    const { durability } = this.#config;
    try {
      this.#file = new DiskFile(this.#path, 'wx+', durability === 'power');
    } catch (cause) {
      throw cannotOpen(this.#path, (cause as Error).message, 'choose another path', cause);
    }
    try {
      this.#start(null);
      this.#writer.setAttributes('/', rootAttributes(run.runId));
      const attributes = runAttributes(run, durability, this.#storage, thisProcess());
      this.#writer.createGroup(this.#runPath, attributes);
      this.#writer.setAttributes(this.#runPath, schemaAttribute([]));
      this.#writer.createGroup(`${this.#runPath}/${TABLES}`);
      if (durability !== 'none') {
        this.#journal = new JournalWriter(journalFolder(this.#path), { runId: run.runId, durability });
      }
      this.#checkpoint();
      if (durability === 'power') syncFolder(dirname(this.#path));
    } catch (cause) {
      this.#file.close();
      this.#journal?.close({ remove: true });
      rmSync(this.#path, { force: true });
      throw cannotOpen(this.#path, (cause as Error).message, 'check the folder and the free space', cause);
    }
    return { path: this.#path };
  }

  /**
   * Takes over a file whose process is gone. The commits that are written next are those of its journal, from any number
   * on; those that the file holds are passed over. The journal stays what it is.
   */
  resume(path: string, runId: string, storage: Hdf5Storage, held: HeldRun): void {
    this.#path = path;
    this.#runPath = `/${runId}`;
    this.#storage = storage;
    this.#file = new DiskFile(path, 'r+', this.#config.durability === 'power');
    this.#start(held);
    this.#writer.setAttributes(this.#runPath, { writer: JSON.stringify(thisProcess()) });
    this.#checkpoint();
  }

  /** Says that the run, which is closed next, was recovered. */
  markRecovered(recovery: Recovery): void {
    this.#recovered = recovery;
  }

  createTable(plan: TablePlan): IdRange {
    try {
      this.#mend();
      if (isOfObjects(plan)) return ALL_IDS;
      this.#add(plan);
      this.#journal?.plan(plan);
      return ALL_IDS;
    } catch (cause) {
      throw tableNotMade(plan, cause);
    }
  }

  /** Where it throws, nothing of the commit was taken, so that it can be tried again. */
  write(commit: Commit): WriteReport {
    const mended = this.#mend();
    if (commit.number <= this.#held.lastCommit) return ALL_WRITTEN;
    if (!this.#isOpen) this.#journal?.abandon();
    // What may be taken back goes behind a checkpoint, where it is not seen before it is whole.
    if (commit.open && !this.#isOpen && this.#lastCommit > this.#held.lastCommit) this.#checkpoint();
    this.#journal?.append(commit);
    this.#isOpen = true;
    let report = mended;
    try {
      report = joinReports(mended, this.#take(commit));
    } catch (error) {
      this.#broken = { error };
      // In the journal it is safe, and the next commit has the file mended, where that can help.
      const isSystems = typeof (error as NodeJS.ErrnoException).code === 'string';
      if (this.#journal === null || commit.open || !isSystems) throw error;
    }
    this.#isOpen = commit.open;
    if (commit.open) return report;
    this.#lastCommit = commit.number;
    this.#tryCheckpoint();
    return report;
  }

  abandon(): void {
    if (this.#isOpen) this.#rewind();
    this.#isOpen = false;
    // Does nothing where nothing is open; where it fails, the next commit must not pass for a part of this one.
    this.#journal?.abandon();
  }

  close(endTimestamp: number | null): void {
    try {
      this.abandon();
      this.#mend();
      this.#groups.note();
      this.#objects.note();
      this.#writer.setAttributes(this.#runPath, {
        ...checkpointAttributes(this.#lastCommit, this.#groups.counts),
        ...endAttributes(endTimestamp, this.#recovered),
      });
      this.#writer.close();
      this.#file.truncate(this.#writer.size);
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#file.close();
    this.#journal?.close({ remove: true });
  }

  /** Begins a file, or goes on with one at its last checkpoint. */
  #start(held: HeldRun | null): void {
    const { trackOrder, createIntermediateGroups } = this.#options;
    const intermediateGroups = createIntermediateGroups;
    const options = { ...COMPRESSORS, trackOrder, intermediateGroups, readBack: this.#file };
    this.#writer = new Hdf5Writer(this.#file, options, held === null ? null : this.#file);
    const { memoryBytes } = this.#config;
    const [chunks, own] = [memoryBytes * CHUNKS_SHARE, memoryBytes * OWN_SHARE];
    this.#groups = new RunGroups(this.#writer, this.#runPath, this.#options, this.#storage, chunks, held);
    this.#objects = new OwnObjects(this.#writer, this.#storage, own, held?.objects ?? new Map());
    this.#pace = new CheckpointPace(this.#writer, this.#options.journalBytes);
    this.#lastCommit = held?.lastCommit ?? 0;
    if (held !== null) this.#held = held;
  }

  /** What is recorded, and then the user's own, which may say something of it. */
  #take(commit: Commit): WriteReport {
    const { recorded, objects } = splitCommit(commit);
    this.#groups.take(recorded);
    return this.#objects.take(objects);
  }

  #add(plan: TablePlan): void {
    if (this.#groups.add(plan))
      this.#writer.setAttributes(this.#runPath, schemaAttribute(this.#groups.plans));
  }

  /** Makes a checkpoint where it is time for one. What that comes to is kept until the next commit. */
  #tryCheckpoint(): void {
    if (this.#broken !== null) return;
    if (!this.#objects.isOverfull && !this.#pace.isTime(this.#journal?.bytes ?? null)) return;
    try {
      this.#checkpoint();
    } catch (error) {
      this.#broken = { error };
    }
  }

  #checkpoint(): void {
    this.#groups.note();
    this.#objects.note();
    const attributes = checkpointAttributes(this.#lastCommit, this.#groups.counts);
    this.#writer.setAttributes(this.#runPath, attributes);
    this.#writer.checkpoint();
    this.#objects.checkpointed();
    this.#held = { ...this.#groups.held(this.#lastCommit), objects: this.#objects.held };
    // The file first: what it names as held is not looked for in the journal.
    this.#journal?.release(this.#lastCommit);
    this.#pace.made(this.#journal?.bytes ?? null);
  }

  /** Forgets all that came since the last checkpoint. */
  #rewind(): void {
    const { plans } = this.#groups;
    this.#start(this.#held);
    for (const plan of plans) this.#add(plan);
  }

  /** After a failure: goes on at the last checkpoint, and writes what the journal has from there on once more. */
  #mend(): WriteReport {
    if (this.#broken === null) return ALL_WRITTEN;
    if (this.#journal === null) throw this.#broken.error;
    const lastCommit = this.#lastCommit;
    this.#rewind();
    using journal = readJournal(journalFolder(this.#path));
    let report = ALL_WRITTEN;
    for (const commit of journal.commits(this.#held.lastCommit))
      report = joinReports(report, this.#take(commit));
    this.#lastCommit = lastCommit;
    this.#checkpoint();
    this.#broken = null;
    return report;
  }

  /** Leaves a run that could not be closed to whoever recovers it. */
  #leave(): void {
    try {
      this.#file.close();
      this.#journal?.close({ remove: false });
    } catch {
      // The error that brought us here says more.
    }
  }
}
