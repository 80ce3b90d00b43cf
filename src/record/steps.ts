import { REQUEST } from '../buffer/words.ts';
import { SimtapeError, show } from '../errors.ts';
import { EPISODES, STEPS } from '../schema/standard.ts';
import { wallClock } from './clock.ts';
import { DictionaryTable } from './dictionary.ts';
import type { Dictionary } from './fields.ts';
import type { Lane } from './lane.ts';

/** Bits of the extras that a step comes with, in the order of `extras` below. */
const STEP_IDS = 0b11;
const STEP_TIME = 0b100;
const STEP_AGENT = 0b1000;
const STEP_METADATA = 0b10000;

const EPISODE_ID = 0b1;
const EPISODE_START = 0b10;
const EPISODE_END = 0b100;
const EPISODE_STEPS = 0b1000;
const EPISODE_REWARD = 0b10000;
const EPISODE_METADATA = 0b100000;

const AGENT = /^agent_(\d{1,15})$/;
const ROW_NAMES = ['rowid', 'oid', '_rowid_', 'run_id', 'run_number'];

/** What is known of an episode while it goes on. */
interface Tally {
  readonly episode: number;
  readonly startTimestamp: number;
  steps: number;
  lastStep: number;
  reward: number;
  rewarded: boolean;
  /** The last timestamp that a step gave. */
  lastTimestamp: number | null;
}

/** Steps and episodes: dictionaries in, rows of `steps` and `episodes` out. */
export class Steps {
  readonly #lane: Lane;
  readonly #episodes: DictionaryTable;
  readonly #steps: DictionaryTable;
  readonly #tallies = new Map<number, Tally>();
  readonly #extra = {
    episode_id: 0,
    step_number: 0,
    timestamp: 0,
    agent_id: 0,
    metadata: undefined as unknown,
  };
  readonly #warn: (message: string) => void;
  #tally: Tally | null = null;
  /** Whether the step before had no key like `agent_0`, so that one with the same keys has none either. */
  #lastWasPlain = false;
  #current: number | null = null;
  #implicit = false;
  #next = 1;

  constructor(lane: Lane, warn: (message: string) => void) {
    this.#lane = lane;
    this.#warn = warn;
    // Parents first: rows of episodes enter a commit before rows of steps.
    this.#episodes = new DictionaryTable(lane, {
      plan: EPISODES,
      extras: [
        { name: 'episode_id', fixed: true },
        { name: 'start_timestamp' },
        { name: 'end_timestamp' },
        { name: 'total_steps' },
        { name: 'total_reward' },
        { name: 'metadata' },
      ],
      standard: { final_position: 'vector', success: 'boolean', metadata: 'json' },
      renamed: {},
      reserved: new Set(ROW_NAMES),
    });
    this.#steps = new DictionaryTable(lane, {
      plan: STEPS,
      extras: [
        { name: 'episode_id', fixed: true },
        { name: 'step_number', fixed: true },
        { name: 'timestamp' },
        { name: 'agent_id', fixed: true },
        { name: 'metadata' },
      ],
      standard: {
        position: 'vector',
        velocity: 'vector',
        gradient: 'vector',
        concentration: 'number',
        done: 'boolean',
        info: 'json',
        metadata: 'json',
      },
      renamed: { action: 'action_data', observation: 'observation_data' },
      reserved: new Set(['step_id', ...ROW_NAMES]),
    });
  }

  record(data: Dictionary, stepNumber: number, episodeId?: number, metadata?: Dictionary): void {
    this.#lane.refuseIfClosed();
    checkNumber('steps', 'step_number', stepNumber);
    if (episodeId !== undefined) checkNumber('steps', 'episode_id', episodeId);
    const own = !this.#lane.unitOpen;
    if (own) this.#lane.beginUnit();
    try {
      this.#record(data, stepNumber, episodeId ?? this.#openEpisode(), metadata);
    } finally {
      if (own) this.#lane.endUnit();
    }
    if (this.#lane.words[REQUEST] !== 0) this.#lane.attend();
  }

  recordEpisode(data: Dictionary, episodeId: number, metadata?: Dictionary): void {
    this.#lane.refuseIfClosed();
    checkNumber('episodes', 'episode_id', episodeId);
    const tally = this.#tallies.get(episodeId);
    if (tally === undefined && this.#implicit && this.#current !== null) {
      this.#warn(
        `episode ${episodeId} was recorded without steps, while steps without an episode went into episode ${this.#current}: pass the episode's number to recordStep`,
      );
    }
    const own = !this.#lane.unitOpen;
    if (own) this.#lane.beginUnit();
    try {
      this.#completeEpisode(data, episodeId, tally, metadata);
    } finally {
      if (own) this.#lane.endUnit();
    }
    this.#tallies.delete(episodeId);
    if (this.#tally?.episode === episodeId) this.#tally = null;
    this.#next = Math.max(this.#next, episodeId + 1);
    if (this.#current === episodeId) this.#current = null;
    if (this.#lane.words[REQUEST] !== 0) this.#lane.attend();
  }

  startEpisode(episodeId: number = this.#next): number {
    checkNumber('episodes', 'episode_id', episodeId);
    if (this.#current !== null && !this.#implicit) {
      throw new SimtapeError(
        'InvalidValue',
        `episode ${this.#current} is still going on: call endEpisode before the next startEpisode`,
        { table: 'episodes', column: 'episode_id', value: episodeId },
      );
    }
    this.#current = episodeId;
    this.#implicit = false;
    this.#next = Math.max(this.#next, episodeId + 1);
    return episodeId;
  }

  endEpisode(data: Dictionary, metadata?: Dictionary): void {
    if (this.#current === null) {
      throw new SimtapeError('InvalidValue', 'no episode is going on: call startEpisode first', {
        table: 'episodes',
        column: 'episode_id',
        value: undefined,
      });
    }
    this.recordEpisode(data, this.#current, metadata);
  }

  /** Reasons why a step's dictionary would be refused. */
  explain(data: unknown): string[] {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      return [`a step is a dictionary, not ${show(data)}`];
    }
    const keys = Object.keys(data);
    if (keys.length === 0) return ['the step has no fields'];
    const dictionary = data as Dictionary;
    const agents = agentKeys(dictionary);
    if (agents === null) return this.#steps.explain(dictionary);
    return agents.flatMap((key) =>
      this.#steps.explain(agentRow(dictionary, key)).map((reason) => `${key}: ${reason}`),
    );
  }

  #record(data: Dictionary, stepNumber: number, episodeId: number, metadata: Dictionary | undefined): void {
    this.#extra.episode_id = episodeId;
    this.#extra.step_number = stepNumber;
    this.#extra.metadata = metadata;
    const mask = metadata === undefined ? STEP_IDS : STEP_IDS | STEP_METADATA;
    let tally = this.#tally;
    // The usual step: another of the same episode, of one agent. It is refused whole or taken whole by itself.
    if (tally !== null && tally.episode === episodeId && this.#lastWasPlain && this.#steps.isLikeLast(data)) {
      this.#row(data, mask, tally, true);
    } else tally = this.#unusual(data, mask, episodeId);
    if (tally.steps === 0 || stepNumber !== tally.lastStep) tally.steps++;
    tally.lastStep = stepNumber;
  }

  /** A step that makes several rows, none of which stays where one is refused. */
  #unusual(data: Dictionary, mask: number, episodeId: number): Tally {
    const known = this.#tallies.get(episodeId);
    const steps = this.#steps.ring.savepoint();
    const episodes = this.#episodes.ring.savepoint();
    try {
      const tally = known ?? this.#beginEpisode(episodeId, data);
      const agents = agentKeys(data);
      this.#lastWasPlain = !Object.keys(data).some((key) => AGENT.test(key));
      if (agents === null) this.#row(data, mask, tally);
      for (const key of agents ?? []) {
        this.#extra.agent_id = Number(key.slice(6));
        this.#row(agentRow(data, key), mask | STEP_AGENT, tally);
      }
      this.#tally = tally;
      return tally;
    } catch (error) {
      this.#steps.ring.takeBack(steps);
      if (known === undefined) {
        this.#episodes.ring.takeBack(episodes);
        this.#tallies.delete(episodeId);
      }
      throw error;
    }
  }

  #row(data: Dictionary, mask: number, tally: Tally, likeLast = false): void {
    const { timestamp, reward } = data;
    let bits = mask;
    if (timestamp === undefined || timestamp === null) {
      this.#extra.timestamp = wallClock();
      bits |= STEP_TIME;
    }
    if (this.#steps.append(data, this.#extra, bits, likeLast) === 0) return;
    if (typeof timestamp === 'number') tally.lastTimestamp = timestamp;
    if (typeof reward === 'number') {
      tally.reward += reward;
      tally.rewarded = true;
    }
  }

  #openEpisode(): number {
    if (this.#current === null) {
      this.#current = this.#next;
      this.#implicit = true;
    }
    return this.#current;
  }

  #beginEpisode(episodeId: number, data: Dictionary): Tally {
    const first = data.timestamp;
    const startTimestamp = typeof first === 'number' ? first : wallClock();
    const extra = { episode_id: episodeId, start_timestamp: startTimestamp };
    this.#episodes.append({}, extra, EPISODE_ID | EPISODE_START);
    const tally = {
      episode: episodeId,
      startTimestamp,
      steps: 0,
      lastStep: -1,
      reward: 0,
      rewarded: false,
      lastTimestamp: null,
    };
    this.#tallies.set(episodeId, tally);
    this.#next = Math.max(this.#next, episodeId + 1);
    return tally;
  }

  #completeEpisode(
    data: Dictionary,
    episodeId: number,
    tally: Tally | undefined,
    metadata?: Dictionary,
  ): void {
    const now = tally?.lastTimestamp ?? wallClock();
    const extra = {
      episode_id: episodeId,
      start_timestamp: tally?.startTimestamp ?? now,
      end_timestamp: now,
      total_steps: tally?.steps,
      total_reward: tally?.reward,
      metadata,
    };
    let mask = EPISODE_ID | EPISODE_START | EPISODE_END;
    if (tally !== undefined) {
      mask |= EPISODE_STEPS;
      if (tally.rewarded) mask |= EPISODE_REWARD;
    }
    if (metadata !== undefined) mask |= EPISODE_METADATA;
    this.#episodes.append(data, extra, mask);
  }
}

/** The keys of a dictionary of agents (`agent_0`, `agent_1`, ...), or null for a plain step. */
function agentKeys(data: Dictionary): string[] | null {
  let agents: string[] | null = null;
  for (const key in data) {
    // Most keys are told apart without the expression: it costs as much as all the rest.
    if (key.charCodeAt(0) !== 97 || key.charCodeAt(5) !== 95 || !AGENT.test(key)) continue;
    const value = data[key];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    agents ??= [];
    agents.push(key);
  }
  return agents;
}

/** One agent's row: its own fields, and those that stand beside the agents and hold for all. */
function agentRow(data: Dictionary, agent: string): Dictionary {
  const row: Record<string, unknown> = {};
  for (const key in data) if (!AGENT.test(key)) row[key] = data[key];
  return Object.assign(row, data[agent]);
}

function checkNumber(table: string, column: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
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
