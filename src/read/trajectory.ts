import type { ColumnData, Reader, ReadOptions, TableBatch, TableInfo } from './reader.ts';
import { RUN_ID, selectColumns } from './select.ts';
import { Sum } from './statistics/sum.ts';
import { isNullAt } from './validity.ts';

/** The way of one agent through one episode. */
export interface TrajectoryStatistics {
  readonly runId: string;
  readonly episode: number;
  /** Null where steps name no agent. */
  readonly agent: number | null;
  /** Steps with a position; others are passed over. */
  readonly steps: number;
  /** Sum of the distances from step to step, in the unit of the positions. */
  readonly totalDistance: number;
  /** From the first position to the last. */
  readonly directDistance: number;
  /** Direct distance by total distance, 1 for a straight line; null for an agent that did not move. */
  readonly pathEfficiency: number | null;
  /** From the first step to the last, in the unit of the time column; null where a time is missing. */
  readonly duration: number | null;
  /** Sum of the rewards; null where no step has one. */
  readonly totalReward: number | null;
}

/** Whose ways are measured. */
export interface TrajectoryOptions extends Pick<ReadOptions, 'run'> {
  /** Number of the episode; default all. */
  readonly episode?: number;
  readonly agent?: number;
  /** Column of `steps` that holds the time. Default `timestamp`, in seconds. */
  readonly time?: string;
}

/**
 * Path efficiency, distances and duration of each agent in each episode: the "Batch Analysis Workflow" of the recording
 * API, in one pass over `steps`. Sorted by run, episode and agent.
 *
 * @throws `NotFound` where there are no steps, or none with positions or that time column
 */
export async function trajectoryStatistics(
  reader: Reader,
  { episode, agent, time = 'timestamp', ...options }: TrajectoryOptions = {},
): Promise<TrajectoryStatistics[]> {
  const steps = reader.table('steps');
  const columns = columnsOf(steps.info, time);
  const select = [...new Set(Object.values(columns).flat())];
  const where = { ...(episode === undefined ? {} : { episode }), ...(agent === undefined ? {} : { agent }) };
  const ways = new Map<string, Way>();
  for await (const batch of steps.batches({ ...options, select, where })) {
    const at = stepsIn(batch, columns);
    for (let row = 0; row < batch.rows; row++) {
      const step = at(row);
      if (step === null) continue;
      const key = JSON.stringify([step.runId, step.episode, step.agent]);
      const way = ways.get(key) ?? new Way(step);
      ways.set(key, way);
      way.add(step);
    }
  }
  return [...ways.values()].map((way) => way.finish()).sort(byRunEpisodeAgent(reader));
}

interface StepColumns {
  readonly run: string;
  readonly episode: string;
  readonly agent: readonly string[];
  readonly position: readonly string[];
  readonly time: string;
  readonly reward: readonly string[];
}

interface Step {
  readonly runId: string;
  readonly episode: number;
  readonly agent: number | null;
  readonly position: readonly number[];
  readonly time: number | null;
  readonly reward: number | null;
}

function columnsOf(info: TableInfo, time: string): StepColumns {
  const has = (name: string) => (info.columns.some((column) => column.name === name) ? [name] : []);
  const position = info.columns.filter(({ vector }) => vector?.name === 'position').map(({ name }) => name);
  const names = position.length === 0 ? ['position_x', 'position_y'] : position;
  selectColumns(info, [...names, time]);
  return {
    run: RUN_ID.name,
    episode: 'episode_id',
    agent: has('agent_id'),
    position: names,
    time,
    reward: has('reward'),
  };
}

/** Reads steps out of a batch; null for one without a position. */
function stepsIn({ columns: data }: TableBatch, columns: StepColumns): (row: number) => Step | null {
  const valuesOf = (names: readonly string[]) => names.map((name) => data[name]!);
  const [run, episode, time] = valuesOf([columns.run, columns.episode, columns.time]);
  const [agent] = valuesOf(columns.agent);
  const [reward] = valuesOf(columns.reward);
  const position = valuesOf(columns.position);
  return (row) => {
    if (position.some((part) => isNullAt(part, row))) return null;
    return {
      runId: run!.values[row] as string,
      episode: Number(episode!.values[row]),
      agent: numberAt(agent, row),
      position: position.map(({ values }) => values[row] as number),
      time: numberAt(time, row),
      reward: numberAt(reward, row),
    };
  };
}

function numberAt(data: ColumnData | undefined, row: number): number | null {
  return data === undefined || isNullAt(data, row) ? null : Number(data.values[row]);
}

/** What is known of one agent's way so far. */
class Way {
  readonly #first: Step;
  #last: Step;
  #steps = 0;
  #rewards = 0;
  readonly #distance = new Sum();
  readonly #reward = new Sum();

  constructor(first: Step) {
    this.#first = first;
    this.#last = first;
  }

  add(step: Step): void {
    this.#steps++;
    this.#distance.add(distance(this.#last.position, step.position));
    if (step.reward !== null) {
      this.#rewards++;
      this.#reward.add(step.reward);
    }
    this.#last = step;
  }

  finish(): TrajectoryStatistics {
    const { runId, episode, agent, position, time } = this.#first;
    const totalDistance = this.#distance.value;
    const directDistance = distance(position, this.#last.position);
    return {
      runId,
      episode,
      agent,
      steps: this.#steps,
      totalDistance,
      directDistance,
      pathEfficiency: totalDistance === 0 ? null : directDistance / totalDistance,
      duration: time === null || this.#last.time === null ? null : this.#last.time - time,
      totalReward: this.#rewards === 0 ? null : this.#reward.value,
    };
  }
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((part, i) => part - b[i]!));
}

function byRunEpisodeAgent(reader: Reader): (a: TrajectoryStatistics, b: TrajectoryStatistics) => number {
  const order = new Map(reader.runs().map(({ runId }, i) => [runId, i]));
  return (a, b) =>
    order.get(a.runId)! - order.get(b.runId)! || a.episode - b.episode || (a.agent ?? -1) - (b.agent ?? -1);
}
