import { REQUEST } from '../buffer/words.ts';
import { SimtapeError, show } from '../errors.ts';
import { STEPS } from '../schema/standard.ts';
import { wallClock } from './clock.ts';
import { DictionaryTable } from './dictionary.ts';
import { checkNumber, Episodes, ROW_NAMES, type Tally } from './episodes.ts';
import type { Dictionary } from './fields.ts';
import type { Lane } from './lane.ts';

/** Bits of the extras that a step comes with, in the order of `extras` below. */
const IDS = 0b11;
const TIME = 0b100;
const AGENT = 0b1000;
const METADATA = 0b10000;

const AGENT_KEY = /^agent_(\d{1,15})$/;

/** Steps and episodes: dictionaries in, rows of `steps` and `episodes` out. */
export class Steps {
  readonly #lane: Lane;
  readonly #episodes: Episodes;
  readonly #table: DictionaryTable;
  readonly #extra = {
    episode_id: 0,
    step_number: 0,
    timestamp: 0,
    agent_id: 0,
    metadata: undefined as unknown,
  };
  /** Of the episode of the step before. */
  #tally: Tally | null = null;
  /** Whether the step before had no key like `agent_0`, so that one with the same keys has none either. */
  #lastWasPlain = false;

  constructor(lane: Lane, warn: (message: string) => void) {
    this.#lane = lane;
    // Parents first: rows of episodes enter a commit before rows of steps.
    this.#episodes = new Episodes(lane, warn);
    this.#table = new DictionaryTable(lane, {
      plan: STEPS,
      extras: [
        { name: 'episode_id', fixed: true },
        { name: 'step_number', fixed: true },
        { name: 'timestamp' },
        { name: 'agent_id', fixed: true },
        { name: 'metadata', alone: true },
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
    this.#check(data);
    checkNumber(this.#table, 'step_number', stepNumber);
    if (episodeId !== undefined) checkNumber(this.#table, 'episode_id', episodeId);
    const own = !this.#lane.unitOpen;
    if (own) this.#lane.beginUnit();
    try {
      this.#record(data, stepNumber, episodeId ?? this.#episodes.currentOrNext(), metadata);
    } finally {
      if (own) this.#lane.endUnit();
    }
    if (this.#lane.words[REQUEST] !== 0) this.#lane.attend();
  }

  recordEpisode(data: Dictionary, episodeId: number, metadata?: Dictionary): void {
    this.#lane.refuseIfClosed();
    this.#episodes.checkNumber(episodeId);
    const own = !this.#lane.unitOpen;
    if (own) this.#lane.beginUnit();
    try {
      this.#episodes.complete(data, episodeId, metadata);
    } finally {
      if (own) this.#lane.endUnit();
    }
    if (this.#tally?.episode === episodeId) this.#tally = null;
    if (this.#lane.words[REQUEST] !== 0) this.#lane.attend();
  }

  startEpisode(episodeId?: number): number {
    this.#lane.refuseIfClosed();
    return this.#episodes.start(episodeId);
  }

  endEpisode(data: Dictionary, metadata?: Dictionary): void {
    this.recordEpisode(data, this.#episodes.currentOrThrow(), metadata);
  }

  /** Reasons why a step's dictionary would be refused. */
  explain(data: unknown): string[] {
    if (!isDictionary(data)) return [`a step is a dictionary, not ${show(data)}`];
    const agents = agentKeys(data);
    if (agents === null) return this.#table.explain(data, IDS);
    return agents.flatMap((key) => {
      const row = data[key];
      if (!isDictionary(row)) return [`${key} is ${show(row)}, not a dictionary as the other agents are`];
      const joined = agentRow(data, key);
      const number = joined.agent_id === undefined || joined.agent_id === agentNumber(key);
      const reasons = number ? [] : [`steps: agent_id = ${show(joined.agent_id)} contradicts ${key}`];
      return [...reasons, ...this.#table.explain(joined, IDS | AGENT)].map((reason) => `${key}: ${reason}`);
    });
  }

  #record(data: Dictionary, stepNumber: number, episodeId: number, metadata: Dictionary | undefined): void {
    this.#extra.episode_id = episodeId;
    this.#extra.step_number = stepNumber;
    this.#extra.metadata = metadata;
    const mask = metadata === undefined ? IDS : IDS | METADATA;
    let tally = this.#tally;
    // The usual step: another of the same episode, of one agent. It is refused whole or taken whole by itself.
    const usual = tally !== null && tally.episode === episodeId && this.#lastWasPlain;
    if (usual && this.#table.isLikeLast(data)) this.#row(data, mask, tally!, true);
    else tally = this.#unusual(data, mask, episodeId);
    if (tally!.steps === 0 || stepNumber !== tally!.lastStep) tally!.steps++;
    tally!.lastStep = stepNumber;
  }

  /** A step that may make several rows, none of which stays where one is refused. */
  #unusual(data: Dictionary, mask: number, episodeId: number): Tally {
    const agents = agentKeys(data);
    const rows = agents === null ? [data] : agents.map((key) => agentRow(data, key));
    const known = this.#episodes.find(episodeId);
    const before = { ...known };
    const steps = this.#table.ring.savepoint();
    const episodes = this.#episodes.savepoint();
    this.#lastWasPlain = agents === null;
    try {
      const tally = known ?? this.#episodes.begin(episodeId, rows[0]!);
      for (const [i, row] of rows.entries()) {
        if (agents !== null) this.#extra.agent_id = agentNumber(agents[i]!);
        this.#row(row, agents === null ? mask : mask | AGENT, tally);
      }
      this.#tally = tally;
      return tally;
    } catch (error) {
      const back = this.#table.ring.takeBack(steps);
      if (known === undefined) this.#episodes.takeBack(episodeId, episodes);
      else if (back) Object.assign(known, before);
      throw error;
    }
  }

  #row(data: Dictionary, mask: number, tally: Tally, likeLast = false): void {
    const { timestamp, reward } = data;
    let bits = mask;
    if (timestamp === undefined || timestamp === null) {
      this.#extra.timestamp = wallClock();
      bits |= TIME;
    }
    this.#table.append(data, this.#extra, bits, likeLast);
    if (typeof timestamp === 'number') tally.lastTimestamp = timestamp;
    if (typeof reward === 'number' || typeof reward === 'bigint') {
      tally.reward += Number(reward);
      tally.rewarded = true;
    }
  }

  /** Refuses what is no dictionary. */
  #check(data: unknown): void {
    if (isDictionary(data)) return;
    this.#table.ring.rejected++;
    throw new SimtapeError('InvalidValue', `steps takes a dictionary, not ${show(data)}`, {
      table: 'steps',
      column: '',
      value: data,
    });
  }
}

function isDictionary(data: unknown): data is Dictionary {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** The keys of a dictionary of agents (`agent_0`, `agent_1`, ...), or null for a plain step. */
function agentKeys(data: Dictionary): string[] | null {
  const keys = Object.keys(data).filter((key) => AGENT_KEY.test(key));
  if (!keys.some((key) => isDictionary(data[key]))) return null;
  // An agent that is null is not there in this step.
  return keys.filter((key) => data[key] !== null && data[key] !== undefined);
}

function agentNumber(key: string): number {
  return Number(key.slice('agent_'.length));
}

/** One agent's row: its own fields, and those that stand beside the agents and hold for all. */
function agentRow(data: Dictionary, agent: string): Dictionary {
  const own = data[agent];
  if (!isDictionary(own)) {
    throw new SimtapeError(
      'InvalidValue',
      `steps: ${agent} is ${show(own)}, not a dictionary as the other agents are`,
      { table: 'steps', column: agent, value: own },
    );
  }
  const row: Record<string, unknown> = {};
  for (const key in data) if (!AGENT_KEY.test(key)) row[key] = data[key];
  return Object.assign(row, own);
}
