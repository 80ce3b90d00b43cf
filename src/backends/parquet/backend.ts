import { join } from 'node:path';
import type { IdRange } from '../../buffer/link.ts';
import type { Codec } from '../../formats/parquet/index.ts';
import { JournalWriter } from '../../journal/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import {
  ALL_IDS,
  ALL_WRITTEN,
  type BackendConfig,
  type OpenedBackend,
  type RunInfo,
  type StorageBackend,
  type WriteReport,
} from '../backend.ts';
import { cannotOpen } from '../cannot-open.ts';
import type { Commit } from '../commit.ts';
import type { Recovery } from '../files/recovery.ts';
import { tableNotMade } from '../table-not-made.ts';
import { thisProcess } from '../writer-process.ts';
import { EncoderPool } from './encoder-pool.ts';
import { runMembers } from './file-metadata.ts';
import { writeAtomically } from './files.ts';
import type { HeldTable } from './held.ts';
import { Layout } from './layout.ts';
import { JOURNAL_FOLDER, type Manifest, newManifest, writeManifest } from './manifest.ts';
import { Memory } from './memory.ts';
import type { ParquetOptions } from './options.ts';
import { RunOutcomes } from './outcomes.ts';
import { metadataFile, statisticsFile } from './reports.ts';
import { makeRunFolder, removeEmpty, removeRunFolder, runPlace } from './run-folder.ts';
import { RunTables } from './run-tables.ts';
import type { RunFiles } from './table.ts';

/** Share of the memory that builders may hold; the rest is for what encoding needs beside them. */
const BUILDERS_SHARE = 0.7;
/** Bytes of journal between two looks at what of it can go. */
const RELEASE_BYTES = 16 * 2 ** 20;

/**
 * Records into a folder of Parquet files. A commit goes into the journal, then into memory; row groups go into hidden
 * files, which get their names once they are complete; what is in such files leaves the journal.
 */
export class ParquetBackend implements StorageBackend {
  readonly #config: BackendConfig;
  readonly #options: ParquetOptions;
  readonly #codec: Codec | undefined;
  #run!: RunInfo;
  #files!: RunFiles;
  #tables!: RunTables;
  #journal: JournalWriter | null = null;
  #writer: Manifest['writer'] = null;
  #lastCommit = 0;
  #held = 0;
  #releaseAt = RELEASE_BYTES;
  #isOpen = false;
  #recovered: Recovery | null = null;
  #broken: { readonly error: unknown } | null = null;

  /** @param codec compresses pages; undefined for none */
  constructor(config: BackendConfig, options: ParquetOptions, codec: Codec | undefined) {
    this.#config = config;
    this.#options = options;
    this.#codec = codec;
  }

  open(run: RunInfo): OpenedBackend {
    const { folder, episodesFolder } = runPlace(this.#config, this.#options, run.runId);
    const layout = new Layout({ episodesFolder, patterns: this.#options.filePatterns }, run.runId);
    makeRunFolder(folder);
    try {
      this.#start(run, folder, layout);
      this.#writer = thisProcess();
      this.#saveManifest();
      const { durability } = this.#config;
      if (durability !== 'none') {
        this.#journal = new JournalWriter(join(folder, JOURNAL_FOLDER), { runId: run.runId, durability });
      }
    } catch (cause) {
      this.#files.encoders?.close();
      removeRunFolder(folder);
      throw cannotOpen(folder, (cause as Error).message, 'check the folder and the free space', cause);
    }
    return { path: folder };
  }

  /**
   * Takes over a run whose process is gone. The commits that are written next are those of its journal, from any number
   * on; rows that files hold already are passed over. The journal stays what it is.
   */
  resume(folder: string, manifest: Manifest, tables: readonly HeldTable[]): void {
    this.#start(manifest.run, folder, new Layout(manifest.layout, manifest.run.runId));
    this.#held = manifest.lastCommitHeld;
    this.#lastCommit = manifest.lastCommitHeld;
    for (const table of tables) {
      this.#tables.add(table.plan, false);
      this.#tables.get(table.plan.name)!.resume(table);
    }
    this.#writer = thisProcess();
    this.#saveManifest();
  }

  /** Says that the run, which is closed next, was recovered. */
  markRecovered(recovery: Recovery): void {
    this.#recovered = recovery;
  }

  createTable(plan: TablePlan): IdRange {
    try {
      if (this.#tables.add(plan, this.#isOpen)) {
        this.#journal?.plan(plan);
        this.#saveManifest();
      }
      return ALL_IDS;
    } catch (cause) {
      throw tableNotMade(plan, cause);
    }
  }

  /** Where it throws, nothing of the commit was taken, so that it can be tried again. */
  write(commit: Commit): WriteReport {
    if (this.#broken !== null) throw this.#broken.error;
    if (!this.#isOpen) this.#journal?.abandon();
    this.#tables.catchUp();
    this.#tables.makeRoom(0);
    this.#journal?.append(commit);
    this.#isOpen = true;
    try {
      this.#tables.take(commit);
    } catch (error) {
      // Nothing that passes: what is in the journal can be recovered, but no more is recorded.
      this.#broken = { error };
      throw error;
    }
    this.#isOpen = commit.open;
    if (!commit.open) {
      this.#lastCommit = commit.number;
      this.#tables.completeFull();
      this.#checkpoint();
    }
    return ALL_WRITTEN;
  }

  abandon(): void {
    if (this.#isOpen) this.#tables.takeBack();
    this.#isOpen = false;
    // Does nothing where nothing is open; where it fails, the next commit must not pass for a part of this one.
    this.#journal?.abandon();
  }

  close(endTimestamp: number | null): void {
    try {
      if (this.#broken !== null) throw this.#broken.error;
      this.abandon();
      this.#tables.completeAll();
      this.#tables.catchUp();
      this.#writeReports(endTimestamp);
    } catch (error) {
      this.#leave();
      throw error;
    } finally {
      this.#files.encoders?.close();
    }
    this.#writer = null;
    this.#held = this.#lastCommit;
    this.#saveManifest({ state: 'ended', endTimestamp });
    this.#journal?.close({ remove: true });
  }

  #start(run: RunInfo, folder: string, layout: Layout): void {
    const { compression, compressionLevel, encoders, queueSize } = this.#options;
    this.#run = run;
    this.#files = {
      folder,
      layout,
      options: this.#options,
      codec: this.#codec,
      encoders:
        encoders === 0
          ? null
          : new EncoderPool(encoders, queueSize, { compression, level: compressionLevel }),
      memory: new Memory(this.#config.memoryBytes * BUILDERS_SHARE, encoders > 0),
      sync: this.#config.durability === 'power',
      createdBy: `simtape version ${run.provenance.versions.simtape}`,
      runJson: runMembers(run),
      outcomes: new RunOutcomes(),
    };
    this.#tables = new RunTables(this.#files);
  }

  /** Lets go of journal that is no longer needed; all of it, where it has become too long. */
  #checkpoint(): void {
    const journal = this.#journal;
    if (journal === null || journal.bytes < Math.min(this.#releaseAt, this.#options.journalBytes)) return;
    if (journal.bytes >= this.#options.journalBytes) this.#tables.completeAll();
    const held = this.#tables.heldUpTo(this.#lastCommit);
    if (held > this.#held) {
      this.#held = held;
      // The manifest first: what it names as held is not looked for in the journal.
      this.#saveManifest();
      journal.release(held);
    }
    this.#releaseAt = journal.bytes + RELEASE_BYTES;
  }

  #writeReports(endTimestamp: number | null): void {
    const { folder, layout, sync, createdBy, outcomes } = this.#files;
    const statistics = statisticsFile(this.#run, this.#tables.all, outcomes, createdBy);
    writeAtomically(join(folder, layout.statistics), statistics, sync);
    writeAtomically(join(folder, layout.metadata), metadataFile(this.#run, endTimestamp, createdBy), sync);
    removeEmpty(this.#tables.all.map(({ plan }) => join(folder, layout.folderOf(plan.name))));
  }

  /** Leaves a run that could not be closed to whoever recovers it. */
  #leave(): void {
    try {
      this.#writer = null;
      this.#saveManifest();
      this.#journal?.close({ remove: false });
    } catch {
      // The error that brought us here says more.
    }
  }

  #saveManifest(
    end: Pick<Manifest, 'state' | 'endTimestamp'> = { state: 'recording', endTimestamp: null },
  ): void {
    const { folder, layout, sync } = this.#files;
    const tables = this.#tables.all.map(({ plan, rows, files }) => ({ plan, rows, files }));
    const manifest = newManifest({
      run: this.#run,
      ...end,
      writer: this.#writer,
      durability: this.#config.durability,
      lastCommitHeld: this.#held,
      ...(this.#recovered === null ? {} : { recovered: this.#recovered }),
      layout: layout.data,
      tables,
    });
    writeManifest(folder, manifest, sync);
  }
}
