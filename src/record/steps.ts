import { REQUEST } from '../buffer/words.ts';
import { SimtapeError, show } from '../errors.ts';
import { STEPS } from '../schema/standard.ts';
import { agentKeys, agentNumber, agentRow, isDictionary } from './agents.ts';
import { wallClock } from './clock.ts';
import { DictionaryTable } from './dictionary.ts';
import { checkNumber, Episodes, ROW_NAMES, type Tally } from './episodes.ts';
import type { Dictionary } from './fields.ts';
import type { Lane } from './lane.ts';
import { EVERY_STEP, StepFilter, type StepSelection } from './step-filter.ts';

/** Bits of the extras that a step comes with, in the order of `extras` below. */
const IDS = 0b11;
const TIME = 0b100;
const AGENT = 0b1000;
const METADATA = 0b10000;

/** Steps and episodes: dictionaries in, rows of `steps` and `episodes` out. */
export class Steps {
  readonly #lane: Lane;
  readonly #episodes: Episodes;
  readonly #table: DictionaryTable;
  /** Null where every step is recorded whole. */
  readonly #filter: StepFilter | null;
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

  constructor(lane: Lane, warn: (message: string) => void, selection: StepSelection = EVERY_STEP) {
    this.#lane = lane;
    this.#filter = StepFilter.of(selection);
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
      const episode = episodeId ?? this.#episodes.currentOrNext();
      if (this.#filter === null) this.#record(data, stepNumber, episode, metadata);
      else this.#recordSelected(this.#filter, data, stepNumber, episode, metadata);
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
  explain(given: unknown): string[] {
    if (!isDictionary(given)) return [`a step is a dictionary, not ${show(given)}`];
    const data = this.#filter === null ? given : this.#filter.keep(given);
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

  /** A step of which not all is recorded; its episode counts it, and its rewards, all the same. */
  #recordSelected(
    filter: StepFilter,
    data: Dictionary,
    stepNumber: number,
    episodeId: number,
    metadata: Dictionary | undefined,
  ): void {
    const isTaken = filter.takesStep(stepNumber);
    if (isTaken) this.#record(filter.keep(data), stepNumber, episodeId, metadata);
    if (isTaken && !filter.omitsRewards) return;
    const agents = agentKeys(data);
    const rows = agents === null ? [data] : agents.map((key) => agentRow(data, key));
    const tally = this.#episodes.find(episodeId) ?? this.#episodes.begin(episodeId, rows[0] ?? data);
    for (const row of rows) count(row, tally);
    if (isTaken) return;
    if (tally.steps === 0 || stepNumber !== tally.lastStep) tally.steps++;
    tally.lastStep = stepNumber;
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
    const { timestamp } = data;
    let bits = mask;
    if (timestamp === undefined || timestamp === null) {
      this.#extra.timestamp = wallClock();
      bits |= TIME;
    }
    this.#table.append(data, this.#extra, bits, likeLast);
    count(data, tally);
  }

  /** Refuses what is no dictionary. */
  #check(data: unknown): void {
    if (isDictionary(data)) return;
    this.#table.ring.counts.rejected++;
    throw new SimtapeError('InvalidValue', `steps takes a dictionary, not ${show(data)}`, {
      table: 'steps',
      column: '',
      value: data,
    });
  }
}

/** Adds a row to what is known of its episode. */
function count({ timestamp, reward }: Dictionary, tally: Tally): void {
  if (typeof timestamp === 'number') tally.lastTimestamp = timestamp;
  if (typeof reward === 'number' || typeof reward === 'bigint') {
    tally.reward += Number(reward);
    tally.rewarded = true;
  }
}
