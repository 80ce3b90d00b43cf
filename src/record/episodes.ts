import type { Savepoint } from '../buffer/ring.ts';
import { SimtapeError, show } from '../errors.ts';
import { EPISODES } from '../schema/standard.ts';
import { isDictionary } from './agents.ts';
import { wallClock } from './clock.ts';
import { DictionaryTable } from './dictionary.ts';
import { EpisodeNumbers } from './episode-numbers.ts';
import type { Dictionary } from './fields.ts';
import type { Lane } from './lane.ts';

/** Names that rows have already, in every table of dictionaries. */
export const ROW_NAMES: readonly string[] = ['rowid', 'oid', '_rowid_', 'run_id', 'run_number'];

/** Bits of the extras that an episode comes with, in the order of `extras` below. */
const ID = 0b1;
const START = 0b10;
const END = 0b100;
const STEPS = 0b1000;
const REWARD = 0b10000;
const METADATA = 0b100000;

/** What is known of an episode while it goes on. */
export interface Tally {
  readonly episode: number;
  readonly startTimestamp: number;
  steps: number;
  lastStep: number;
  reward: number;
  rewarded: boolean;
  /** The last timestamp that a step gave. */
  lastTimestamp: number | null;
  /** When the episode was completed, or null. */
  endTimestamp: number | null;
}

/** Completed episodes that are remembered, for those who complete one twice or record a step late. */
const REMEMBERED = 4096;

/** Rows of `episodes`: the first step begins one, `complete` ends it. Knows which episode is the current one. */
export class Episodes {
  readonly #table: DictionaryTable;
  readonly #tallies = new Map<number, Tally>();
  readonly #warn: (message: string) => void;
  readonly #numbers: EpisodeNumbers;
  #current: number | null = null;
  /** Whether the current episode was started by a step that named none. */
  #implicit = false;

  constructor(lane: Lane, warn: (message: string) => void) {
    this.#warn = warn;
    this.#numbers = new EpisodeNumbers(lane.link.ids);
    this.#table = new DictionaryTable(lane, {
      plan: EPISODES,
      extras: [
        { name: 'episode_id', fixed: true },
        { name: 'start_timestamp' },
        { name: 'end_timestamp' },
        { name: 'total_steps' },
        { name: 'total_reward' },
        { name: 'metadata', alone: true },
      ],
      standard: { final_position: 'vector', success: 'boolean', metadata: 'json' },
      renamed: {},
      reserved: new Set(ROW_NAMES),
    });
  }

  /** The episode that steps without a number belong to; the next one is started where none is going on. */
  currentOrNext(): number {
    if (this.#current === null) {
      this.#current = this.#numbers.take();
      this.#implicit = true;
    }
    return this.#current;
  }

  find(episodeId: number): Tally | undefined {
    return this.#tallies.get(episodeId);
  }

  savepoint(): Savepoint {
    return this.#table.ring.savepoint();
  }

  /** Makes the row of an episode by its first step. */
  begin(episodeId: number, step: Dictionary): Tally {
    const given = step.timestamp;
    const startTimestamp = typeof given === 'number' ? given : wallClock();
    this.#table.append({}, { episode_id: episodeId, start_timestamp: startTimestamp }, ID | START);
    return this.#remember(episodeId, startTimestamp);
  }

  /** Takes back what `begin` did. */
  takeBack(episodeId: number, savepoint: Savepoint): void {
    if (this.#table.ring.takeBack(savepoint)) this.#tallies.delete(episodeId);
  }

  /** Completes the row of an episode; what the dictionary says wins over what was counted. */
  complete(data: Dictionary, episodeId: number, metadata: Dictionary | undefined): void {
    if (!isDictionary(data)) {
      this.#table.ring.counts.rejected++;
      throw refusal(`an episode is a dictionary, not ${show(data)}`, data);
    }
    const known = this.#tallies.get(episodeId);
    if (known === undefined && this.#implicit && this.#current !== null) {
      this.#warn(
        `episode ${episodeId} was recorded without steps, while steps without an episode went into episode ${this.#current}: pass the episode's number to recordStep`,
      );
    }
    const end = known?.lastTimestamp ?? known?.endTimestamp ?? wallClock();
    const extra = {
      episode_id: episodeId,
      start_timestamp: known?.startTimestamp ?? end,
      end_timestamp: end,
      total_steps: known?.steps,
      total_reward: known?.reward,
      metadata,
    };
    let mask = ID | START | END;
    if (known !== undefined && known.steps > 0) mask |= known.rewarded ? STEPS | REWARD : STEPS;
    if (metadata !== undefined) mask |= METADATA;
    const { ring } = this.#table;
    this.#table.append(data, extra, mask);
    if (known !== undefined) ring.counts.complete(ring.count);
    const tally = known ?? this.#remember(episodeId, end);
    tally.endTimestamp = end;
    this.#forgetOldest();
    if (this.#current === episodeId) this.#current = null;
  }

  #remember(episode: number, startTimestamp: number): Tally {
    const tally: Tally = {
      episode,
      startTimestamp,
      steps: 0,
      lastStep: -1,
      reward: 0,
      rewarded: false,
      lastTimestamp: null,
      endTimestamp: null,
    };
    this.#tallies.set(episode, tally);
    this.#numbers.raise(episode);
    return tally;
  }

  #forgetOldest(): void {
    if (this.#tallies.size <= REMEMBERED) return;
    for (const [episode, { endTimestamp }] of this.#tallies) {
      if (endTimestamp !== null) this.#tallies.delete(episode);
      if (this.#tallies.size <= REMEMBERED) return;
    }
  }

  start(given?: number): number {
    if (given !== undefined) this.checkNumber(given);
    if (this.#current !== null && !this.#implicit) {
      throw refusal(
        `episode ${this.#current} is still going on: call endEpisode before the next startEpisode`,
        given,
      );
    }
    const episodeId = given ?? this.#numbers.take();
    this.#current = episodeId;
    this.#implicit = false;
    this.#numbers.raise(episodeId);
    return episodeId;
  }

  /** Number of the episode that `endEpisode` ends. */
  currentOrThrow(): number {
    if (this.#current === null) throw refusal('no episode is going on: call startEpisode first', undefined);
    return this.#current;
  }

  checkNumber(episodeId: number): void {
    checkNumber(this.#table, 'episode_id', episodeId);
  }
}

function refusal(message: string, value: unknown): SimtapeError<'InvalidValue'> {
  return new SimtapeError('InvalidValue', message, { table: 'episodes', column: 'episode_id', value });
}

/** Refuses what cannot number a step or an episode, and counts the refusal. */
export function checkNumber({ ring }: DictionaryTable, column: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  ring.counts.rejected++;
  const table = ring.plan.name;
  throw new SimtapeError(
    'InvalidValue',
    `${table}.${column} is ${show(value)}; it takes an integer from 0 on`,
    {
      table,
      column,
      value,
    },
  );
}
