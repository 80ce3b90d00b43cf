import { readValue } from '../../backends/commit.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { type Held, journalCounts } from '../journal-rows.ts';
import { Turns } from '../turns.ts';
import { unitedPlans } from '../united-plans.ts';
import type { Condition } from '../where/conditions.ts';
import { within } from '../where/ranges.ts';
import { type KnownColumns, ParquetFile } from './file.ts';
import { refuseMissing } from './missing.ts';
import type { NamedFile, RunFolder } from './run-folder.ts';

/** The column by which files are split. */
const EPISODE = 'episode_id';

/** What a run's folder holds, table by table: files, and what only the journal has. */
export class Contents implements Held {
  readonly folder: RunFolder;
  /** Plans of all tables, with all their columns. */
  readonly plans: readonly TablePlan[];
  readonly #files = new Map<string, NamedFile[]>();
  readonly #columns: KnownColumns = new Map();
  readonly #opened = new Map<string, Promise<ParquetFile>>();
  readonly #complete = new Set<string>();
  readonly #held = new Map<string, number>();
  #journalRows: ReadonlyMap<string, number> = new Map();
  #fileRows: ReadonlyMap<string, number>;

  private constructor(folder: RunFolder) {
    const { manifest, files, journal } = folder;
    this.folder = folder;
    for (const file of files) {
      const known = this.#files.get(file.table);
      if (known === undefined) this.#files.set(file.table, [file]);
      else known.push(file);
    }
    const plans = manifest.tables.map(({ plan }) => plan);
    for (const commit of journal?.commits(manifest.lastCommitHeld) ?? [])
      for (const { plan } of commit.tables) plans.push(plan);
    this.plans = unitedPlans(plans);
    this.#fileRows = new Map(manifest.tables.map(({ plan, rows }) => [plan.name, rows]));
  }

  /** Looks at all that a reader has to know at once; of a run that has ended, that is the manifest. */
  static async of(folder: RunFolder): Promise<Contents> {
    const contents = new Contents(folder);
    if (folder.manifest.state === 'recording') await contents.#count();
    return contents;
  }

  /** Rows of a table: those with a key are counted by {@link Contents.keyedRows} where its files are split by it. */
  rows({ name, key }: TablePlan): number {
    if (key !== null && this.isByEpisode(name)) return this.#episodes(name).size;
    return (this.#fileRows.get(name) ?? 0) + (this.#journalRows.get(name) ?? 0);
  }

  /** Rows of a table, or of all, that were taken from the journal. */
  recovered(): number {
    return [...this.#journalRows.values()].reduce((sum, rows) => sum + rows, 0);
  }

  hasJournalRows(table: string): boolean {
    return (this.#journalRows.get(table) ?? 0) > 0;
  }

  /**
   * Files of a table, parts of an episode in order.
   * @throws `NotARecording` where some are missing
   */
  filesOf(table: string): readonly NamedFile[] {
    const files = this.#files.get(table) ?? [];
    if (!this.#complete.has(table)) refuseMissing(this.folder, table, files);
    this.#complete.add(table);
    return files;
  }

  /** Opens the files of a table; those of episodes that hold no condition are left out. */
  async openAll(table: string, conditions: readonly Condition[] = []): Promise<ParquetFile[]> {
    const holds = conditions
      .filter(({ column }) => column.name === EPISODE)
      .map(({ ranges }) => within(ranges));
    const opened: ParquetFile[] = [];
    const turns = new Turns();
    for (const file of this.filesOf(table)) {
      if (file.episode !== null && !holds.every((hold) => hold(file.episode))) continue;
      opened.push(await this.#open(file));
      await turns.next();
    }
    return opened;
  }

  /** Whether each key of a table with one stands in one row of one file, so that the files say all as they are. */
  async hasRowPerKey(table: string): Promise<boolean> {
    if (this.hasJournalRows(table) || !this.isByEpisode(table)) return false;
    const files = this.filesOf(table);
    if (new Set(files.map(({ episode }) => episode)).size < files.length) return false;
    return (await this.openAll(table)).every(({ rows }) => rows === 1);
  }

  lastCommit(table: string, episode: number | null): number {
    return Math.max(this.folder.manifest.lastCommitHeld, this.#held.get(partition(table, episode)) ?? 0);
  }

  isByEpisode(table: string): boolean {
    return this.folder.layout.isByEpisode(table);
  }

  #open(file: NamedFile): Promise<ParquetFile> {
    let opened = this.#opened.get(file.path);
    if (opened === undefined) {
      opened = ParquetFile.open(file.path, file.table, this.folder.manifest.run.runId, this.#columns);
      this.#opened.set(file.path, opened);
    }
    return opened;
  }

  /** Counts what the manifest of a run that goes on, or was cut off, does not tell. */
  async #count(): Promise<void> {
    const rows = new Map<string, number>();
    for (const table of this.#files.keys()) {
      const files = await this.openAll(table);
      rows.set(
        table,
        files.reduce((sum, file) => sum + file.rows, 0),
      );
      for (const [i, { episode }] of this.filesOf(table).entries()) {
        const key = partition(table, episode);
        this.#held.set(key, Math.max(this.#held.get(key) ?? 0, files[i]!.lastCommit));
      }
    }
    this.#fileRows = rows;
    if (this.folder.journal !== null) this.#journalRows = journalCounts(this.folder.journal, this);
  }

  #episodes(table: string): Set<number> {
    const episodes = new Set((this.#files.get(table) ?? []).map(({ episode }) => episode!));
    for (const { tables } of this.folder.journal?.commits(this.folder.manifest.lastCommitHeld) ?? []) {
      for (const { plan, slices } of tables) {
        if (plan.name !== table) continue;
        const key = plan.columns.findIndex(({ name }) => name === plan.key);
        for (const slice of slices) {
          for (let row = slice.from; row < slice.to; row++) episodes.add(Number(readValue(slice, key, row)));
        }
      }
    }
    return episodes;
  }
}

function partition(table: string, episode: number | null): string {
  return `${table} ${episode ?? ''}`;
}
