import { readValue } from '../../backends/commit.ts';
import { EPISODE_GROUP } from '../../backends/hdf5/episode-summary.ts';
import { isOfObjects } from '../../backends/hdf5/own-objects.ts';
import { journalFolder } from '../../backends/hdf5/place.ts';
import { EPISODES, STEPS, TABLES } from '../../backends/hdf5/run-groups.ts';
import { isWriterAlive } from '../../backends/writer-process.ts';
import { type Journal, readJournal } from '../../journal/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { STEPS as STEPS_PLAN } from '../../schema/standard.ts';
import { type Held, journalCounts, journalPieces } from '../journal-rows.ts';
import type { KeyedRows } from '../keyed.ts';
import type { Piece } from '../pieces.ts';
import type { Extent } from '../reader.ts';
import { Turns } from '../turns.ts';
import { unitedPlans } from '../united-plans.ts';
import type { Condition } from '../where/conditions.ts';
import { within } from '../where/ranges.ts';
import { GroupReader } from './column-group.ts';
import { H5File } from './file.ts';
import type { GroupLayout } from './group-layout.ts';
import { loadH5Wasm } from './load.ts';
import { type RunAttributes, readRunAttributes } from './run-attributes.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

/** A recording in an HDF5 file as it was when it was opened: its last checkpoint, and what only the journal has. */
export class Contents implements Held, Disposable {
  readonly path: string;
  readonly file: H5File;
  readonly run: RunAttributes;
  readonly journal: Journal | null;
  /** Whether a living process writes it. */
  readonly isLive: boolean;
  /** Plans of all tables, with all their columns. */
  readonly plans: readonly TablePlan[];
  readonly #snapshot: Snapshot | null;
  #episodes: readonly string[] | null = null;
  readonly #groups = new Map<string, GroupReader>();
  readonly #layouts = new Map<string, GroupLayout>();
  #journalRows: ReadonlyMap<string, number> = new Map();

  private constructor(
    path: string,
    file: H5File,
    run: RunAttributes,
    journal: Journal | null,
    snapshot: Snapshot | null,
  ) {
    this.path = path;
    this.file = file;
    this.run = run;
    this.journal = journal;
    this.isLive = run.state === 'recording' && run.writer !== null && isWriterAlive(run.writer);
    this.#snapshot = snapshot;
    const plans = [...run.plans];
    for (const commit of journal?.commits(run.lastCommit) ?? [])
      for (const { plan } of commit.tables) plans.push(plan);
    this.plans = unitedPlans([...plans, ...(journal?.plans ?? [])].filter((plan) => !isOfObjects(plan)));
    if (journal === null) return;
    const counts = [...journalCounts(journal, this)];
    this.#journalRows = new Map(counts.filter(([name]) => !isOfObjects({ name })));
  }

  /** @throws `NotARecording`, `NewerFormat`, `BackendUnavailable` */
  static async open(path: string): Promise<Contents> {
    const h5 = await loadH5Wasm();
    const isLive = () => {
      using file = new H5File(h5, path);
      const { state, writer } = readRunAttributes(file);
      return state === 'recording' && writer !== null && isWriterAlive(writer);
    };
    // Of a file that changes at this moment, anything may be read; a copy is made of it.
    const copies = attempt(isLive) ?? true;
    // The journal first: what the file holds by then, and all that comes behind it, is in one of them.
    const journal = readJournal(journalFolder(path));
    let snapshot: Snapshot | null = null;
    let file: H5File | null = null;
    try {
      snapshot = copies ? takeSnapshot(path) : null;
      file = new H5File(h5, path, snapshot?.path);
      const run = readRunAttributes(file);
      const { compression, shuffle, fletcher32 } = run.storage;
      if (compression === 'lzf') file.decompressLzf({ compression, shuffle, fletcher32 });
      const isOwn = run.state === 'recording' && journal.report.segments > 0;
      if (!isOwn) journal.close();
      return new Contents(path, file, run, isOwn ? journal : null, snapshot);
    } catch (error) {
      file?.close();
      snapshot?.remove();
      journal.close();
      throw error;
    }
  }

  /** Rows of a table. */
  rows({ name, key }: TablePlan): number {
    if (key !== null) return this.#keys(name, key);
    const inFile = name === STEPS ? this.run.steps : (this.groupsOf(name)[0]?.rows ?? 0);
    return inFile + (this.#journalRows.get(name) ?? 0);
  }

  /** Rows of all tables that only the journal has. */
  recovered(): ReadonlyMap<string, number> {
    return this.#journalRows;
  }

  /**
   * Groups of the file that rows of a table stand in; of steps, one for each episode, those left out that hold no
   * condition.
   */
  groupsOf(name: string, conditions: readonly Condition[] = []): readonly GroupReader[] {
    // An episode has a group before its first step.
    const known = this.run.plans.find((candidate) => candidate.name === name);
    const plan = known ?? (name === STEPS ? STEPS_PLAN : undefined);
    if (plan === undefined) return [];
    const run = `/${this.run.runId}`;
    if (name !== STEPS) return [this.#group(`${run}/${TABLES}/${name}`, plan)];
    const holds = conditions
      .filter(({ column }) => column.name === 'episode_id')
      .map(({ ranges }) => within(ranges));
    return this.#episodeGroups(run)
      .filter((child) => holds.every((hold) => hold(Number(EPISODE_GROUP.exec(child)![1]))))
      .map((child) => this.#group(`${run}/${child}`, plan));
  }

  pieces({ name, id }: TablePlan, names: readonly string[], conditions: readonly Condition[]): Piece[] {
    const pieces = this.groupsOf(name, conditions).flatMap((group) => group.pieces(conditions));
    if (this.journal === null) return pieces;
    const own = names.filter((column) => column !== id);
    return [...pieces, ...journalPieces(this.journal, this, name, own)];
  }

  /** Of a column whose values never fall, the first and the last; null where that is not known of it. */
  risingExtent({ name, id }: TablePlan, column: string): Extent | null {
    const groups = this.groupsOf(name).filter(({ rows }) => rows > 0);
    if (groups.length !== 1 || (this.#journalRows.get(name) ?? 0) > 0) return null;
    const [group] = groups as [GroupReader];
    if (column === id) return { least: group.firstId, greatest: group.lastId };
    if (column !== group.risingTime) return null;
    const at = (row: number) => group.read([column], row, row + 1)[0]![0] as number | bigint;
    return { least: at(0), greatest: at(group.rows - 1) };
  }

  /** The rows of a table with a key, as they were recorded: the key, then the columns. */
  async *keyedRows({ name, key }: TablePlan, names: readonly string[]): AsyncGenerator<KeyedRows, void> {
    const wanted = [key!, ...names];
    const turns = new Turns();
    for (const group of this.groupsOf(name)) {
      for (const piece of group.pieces()) {
        yield { cells: await piece.read(wanted, 0, piece.rows), rows: piece.rows };
        await turns.next();
      }
    }
    if (this.journal === null) return;
    for (const piece of journalPieces(this.journal, this, name, wanted)) {
      yield { cells: await piece.read(wanted, 0, piece.rows), rows: piece.rows };
    }
  }

  lastCommit(): number {
    return this.run.lastCommit;
  }

  isByEpisode(): boolean {
    return false;
  }

  [Symbol.dispose](): void {
    this.file.close();
    this.journal?.close();
    this.#snapshot?.remove();
  }

  #group(path: string, plan: TablePlan): GroupReader {
    let group = this.#groups.get(path);
    if (group === undefined) {
      group = new GroupReader(this.file, path, plan, this.#layouts);
      this.#groups.set(path, group);
    }
    return group;
  }

  #episodeGroups(run: string): readonly string[] {
    this.#episodes ??= this.file.names(run).filter((child) => EPISODE_GROUP.test(child));
    return this.#episodes;
  }

  /** How many different keys a table has. */
  #keys(name: string, key: string): number {
    if (name === EPISODES && !this.#journalRows.has(name)) return this.run.episodes;
    const keys = new Set<number>();
    for (const group of this.groupsOf(name)) {
      const [cells] = group.read([key], 0, group.rows);
      for (let row = 0; row < group.rows; row++) keys.add(Number(cells![row]));
    }
    for (const { tables } of this.journal?.commits(this.run.lastCommit) ?? []) {
      for (const { plan, slices } of tables) {
        if (plan.name !== name) continue;
        const column = plan.columns.findIndex((candidate) => candidate.name === key);
        for (const slice of slices) {
          for (let row = slice.from; row < slice.to; row++) keys.add(Number(readValue(slice, column, row)));
        }
      }
    }
    return keys.size;
  }
}

/** Null where it throws. */
function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
