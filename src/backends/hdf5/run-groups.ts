import type { Hdf5Writer } from '../../formats/hdf5/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { STEPS as STEPS_PLAN } from '../../schema/standard.ts';
import { type Commit, readValue, type Slice, type TableRows } from '../commit.ts';
import { indexByEpisode } from '../files/episode-index.ts';
import { joinPlans, storedColumns } from '../files/plans.ts';
import { ColumnGroup, type HeldGroup } from './column-group.ts';
import { rowBytes } from './column-sets.ts';
import { episodeName, summaryOf } from './episode-summary.ts';
import type { Hdf5Options, Hdf5Storage } from './options.ts';
import { countOf, type RowRange } from './slice-data.ts';
import { hdf5Text } from './text.ts';

/** What a file holds of recorded rows at a checkpoint, as far as it is needed to go on from there. */
export interface HeldGroups {
  /** The last commit that the file holds. */
  readonly lastCommit: number;
  readonly plans: readonly TablePlan[];
  readonly tables: ReadonlyMap<string, HeldGroup>;
  /** Groups of episodes that rows can be added to. */
  readonly episodes: ReadonlyMap<number, HeldGroup>;
  /** Episodes whose group, the first, has no rows, and is not among those; and whether they have ended. */
  readonly empty: ReadonlyMap<number, boolean>;
  readonly counts: Counts;
}

/** Rows of steps, and episodes. */
export interface Counts {
  readonly steps: number;
  readonly episodes: number;
}

/** Name of the group of tables in a run's group. */
export const TABLES = 'tables';
export const EPISODES = 'episodes';
export const STEPS = 'steps';
/** Episodes that have ended and are still open, for what is told of them afterwards. */
const ENDED_KEPT = 16;
/** Groups of episodes that are open at once. */
const MOST_OPEN = 1024;
/** Chunks of all columns of a group are this share of the memory at the most. */
const GROUP_SHARE = 1 / 16;
/** What is made free where there is too little memory. */
const SPARE_SHARE = 0.2;

/** The groups of a run in its file, and which rows go where. */
export class RunGroups {
  readonly #writer: Hdf5Writer;
  readonly #path: string;
  readonly #storage: Hdf5Storage;
  readonly #chunkSize: number;
  readonly #memoryBytes: number;
  readonly #plans = new Map<string, TablePlan>();
  readonly #tables = new Map<string, ColumnGroup>();
  /** The one that was added to last comes last. */
  readonly #episodes = new Map<number, ColumnGroup>();
  readonly #ended = new Set<number>();
  /** Episodes that have a group, but no rows so far, in the file and not in memory; and whether they have ended. */
  readonly #empty: Map<number, boolean>;
  /** Groups that have rows of no checkpoint. */
  readonly #changed = new Set<ColumnGroup>();
  #memory = 0;
  #counts: Counts = { steps: 0, episodes: 0 };

  /** @param path of the run's group */
  constructor(
    writer: Hdf5Writer,
    path: string,
    options: Hdf5Options,
    storage: Hdf5Storage,
    memoryBytes: number,
    held: HeldGroups | null = null,
  ) {
    this.#writer = writer;
    this.#path = path;
    this.#storage = storage;
    this.#chunkSize = options.chunkSize;
    this.#memoryBytes = memoryBytes;
    this.#empty = new Map(held?.empty);
    if (held !== null) this.#resume(held);
  }

  get plans(): readonly TablePlan[] {
    return [...this.#plans.values()];
  }

  get counts(): Counts {
    return this.#counts;
  }

  /** What the file would hold with a checkpoint now. */
  held(lastCommit: number): HeldGroups {
    const heldOf = <K>(groups: ReadonlyMap<K, ColumnGroup>) =>
      new Map([...groups].map(([key, group]) => [key, group.held]));
    return {
      lastCommit,
      plans: this.plans,
      tables: heldOf(this.#tables),
      episodes: heldOf(this.#episodes),
      empty: new Map(this.#empty),
      counts: this.#counts,
    };
  }

  /** Makes a table, or gives it the columns that it has not got. Whether that changed anything. */
  add(plan: TablePlan): boolean {
    const known = this.#plans.get(plan.name);
    const joined = known === undefined ? plan : joinPlans(known, plan);
    if (joined === known) return false;
    if (known === undefined && plan.name !== STEPS) {
      const path = `${this.#path}/${TABLES}/${plan.name}`;
      const { description, key } = plan;
      const group = ColumnGroup.create(this.#placeOf(path, plan), {
        ...(description === undefined ? {} : { description: hdf5Text(description) }),
        ...(key === null ? {} : { key, rows_of_a_key: 'later rows complete earlier ones, column by column' }),
      });
      this.#tables.set(plan.name, group);
      this.#changed.add(group);
    }
    this.#plans.set(plan.name, joined);
    return true;
  }

  /** Writes the rows of a commit. */
  take(commit: Commit): void {
    for (const { plan, slices } of commit.tables) {
      if (plan.name === STEPS) continue;
      const group = this.#tables.get(plan.name)!;
      for (const slice of slices) {
        const range = { from: slice.from, to: slice.to, rows: null };
        this.#append(group, this.#plans.get(plan.name)!, slice, range);
      }
    }
    const split = commit.tables.filter(({ plan }) => plan.name === STEPS || plan.name === EPISODES);
    const going = commit.open ? lastEpisode(split) : null;
    // Episode by episode, so that those which have ended can be finished before the next ones begin.
    for (const [episode, { pieces, ended }] of indexByEpisode(split)) {
      const group = this.#episode(episode);
      for (const { table, slice, ...range } of pieces) {
        if (table === EPISODES) this.#summarize(group, slice, range);
        else this.#addSteps(group, slice, range);
      }
      // The one that had rows last comes last.
      if (this.#ended.delete(episode) || ended) this.#ended.add(episode);
      this.#makeRoom(episode, going);
    }
  }

  /** Writes down how many rows there are in each group, before a checkpoint. */
  note(): void {
    for (const group of this.#changed) group.note();
    this.#changed.clear();
  }

  #resume({ plans, tables, episodes, counts }: HeldGroups): void {
    const place = { writer: this.#writer, storage: this.#storage };
    for (const plan of plans) this.#plans.set(plan.name, plan);
    for (const [name, held] of tables) {
      this.#tables.set(name, ColumnGroup.resume(place, held, this.#plans.get(name)!));
    }
    for (const [episode, held] of episodes) {
      this.#episodes.set(episode, ColumnGroup.resume(place, held, this.#plans.get(STEPS) ?? STEPS_PLAN));
    }
    for (const group of [...this.#tables.values(), ...this.#episodes.values()]) this.#memory += group.memory;
    this.#counts = counts;
  }

  #append(group: ColumnGroup, plan: TablePlan, slice: Slice, range: RowRange): void {
    const before = group.memory;
    group.append(plan, slice, range);
    this.#memory += group.memory - before;
    this.#changed.add(group);
  }

  #addSteps(group: ColumnGroup, slice: Slice, range: RowRange): void {
    this.#append(group, this.#plans.get(STEPS)!, slice, range);
    const { steps, episodes } = this.#counts;
    this.#counts = { steps: steps + countOf(range), episodes };
  }

  /** Rows of `episodes` as attributes of the episode's group. */
  #summarize(group: ColumnGroup, slice: Slice, { from, to, rows }: RowRange): void {
    for (let i = 0; i < (rows?.length ?? to - from); i++) {
      this.#writer.setAttributes(group.path, summaryOf(slice, rows === null ? from + i : rows[i]!));
    }
  }

  /** The group that takes rows of an episode. */
  #episode(episode: number): ColumnGroup {
    const known = this.#episodes.get(episode);
    if (known !== undefined) {
      this.#episodes.delete(episode);
      this.#episodes.set(episode, known);
      return known;
    }
    const isEmpty = this.#empty.has(episode);
    if (this.#empty.get(episode) === true) this.#ended.add(episode);
    this.#empty.delete(episode);
    let part = 1;
    while (!isEmpty && this.#writer.has(`${this.#path}/${episodeName(episode, part)}`)) part++;
    if (part === 1 && !isEmpty) this.#counts = { ...this.#counts, episodes: this.#counts.episodes + 1 };
    const place = this.#placeOf(`${this.#path}/${episodeName(episode, part)}`, this.#plans.get(STEPS));
    const group = isEmpty
      ? new ColumnGroup(place)
      : ColumnGroup.create(place, { episode_id: BigInt(episode) });
    this.#episodes.set(episode, group);
    this.#changed.add(group);
    this.#memory += group.memory;
    return group;
  }

  /** Finishes episodes that have ended, and where there is no room those that have waited longest for rows. */
  #makeRoom(current: number, going: number | null): void {
    for (const episode of this.#ended) {
      if (this.#ended.size <= ENDED_KEPT) break;
      if (episode !== going) this.#finish(episode);
    }
    const limit = this.#memoryBytes;
    if (this.#memory <= limit && this.#episodes.size <= MOST_OPEN) return;
    for (const episode of this.#episodes.keys()) {
      if (episode === current || episode === going) continue;
      if (this.#memory <= limit * (1 - SPARE_SHARE) && this.#episodes.size <= MOST_OPEN) return;
      this.#finish(episode);
    }
  }

  #finish(episode: number): void {
    const hasEnded = this.#ended.delete(episode);
    const group = this.#episodes.get(episode);
    if (group === undefined) return;
    this.#memory -= group.memory;
    this.#episodes.delete(episode);
    this.#changed.delete(group);
    // Of a long commit, episodes may come before their steps.
    if (group.rows > 0 || group.path !== `${this.#path}/${episodeName(episode, 1)}`) {
      group.finish();
      return;
    }
    this.#empty.set(episode, hasEnded);
    group.store();
  }

  #placeOf(path: string, plan: TablePlan | undefined) {
    const bytes = plan === undefined ? 1 : rowBytes(storedColumns(plan));
    const affordable = Math.floor((this.#memoryBytes * GROUP_SHARE) / bytes);
    const chunkRows = Math.max(1, Math.min(this.#chunkSize, affordable));
    return { writer: this.#writer, path, storage: this.#storage, chunkRows };
  }
}

/** The episode whose steps the next part of an open commit may go on with. */
function lastEpisode(tables: readonly TableRows[]): number | null {
  const slice = tables.find(({ plan }) => plan.name === STEPS)?.slices.at(-1);
  if (slice === undefined) return null;
  const column = slice.plan.columns.findIndex(({ name }) => name === 'episode_id');
  return Number(readValue(slice, column, slice.to - 1));
}
