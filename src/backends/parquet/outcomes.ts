import type { Batch, ColumnSlice, NumberArray } from '../../formats/parquet/index.ts';
import type { StoredColumn } from '../../schema/plan.ts';

/** How an episode ended, as far as it is known. */
export interface Outcome {
  readonly episode: number;
  readonly reward: number | null;
  readonly success: boolean | null;
}

/** The outcomes in rows of `episodes`. */
export function outcomesOf(stored: readonly StoredColumn[], batch: Batch): Outcome[] {
  const values = (name: string): (number | bigint | null)[] => {
    const column = stored.findIndex((candidate) => candidate.name === name);
    return column < 0 ? [] : batch.columns[column]!.flatMap(valuesOf);
  };
  const rewards = values('total_reward');
  const successes = values('success');
  return values('episode_id').map((episode, row) => ({
    episode: Number(episode),
    reward: (rewards[row] ?? null) as number | null,
    success: (successes[row] ?? null) === null ? null : successes[row] === 1,
  }));
}

function valuesOf(slice: ColumnSlice): (number | bigint | null)[] {
  const { values, validity } = slice as { values: NumberArray; validity?: Uint8Array };
  const cells = Array.from<number | bigint>(values as ArrayLike<number | bigint>);
  return cells.map((value, row) => (validity?.[row] === 0 ? null : value));
}

/** Outcomes that are remembered, for episodes that are completed again. */
const REMEMBERED = 4096;

/**
 * What the episodes of a run came to. An episode may be told of more than once: what is told later holds. Of one that
 * was told of so long ago that it is forgotten, what it said then stays in the sums too.
 */
export class RunOutcomes {
  episodes = 0;
  /** Sum of the episodes' rewards; of how many. */
  reward = 0;
  rewarded = 0;
  successes = 0;
  /** Episodes that say whether they were a success. */
  judged = 0;
  readonly #recent = new Map<number, Outcome>();

  /** @param isFirst whether nothing was told of this episode before */
  add(outcome: Outcome, isFirst: boolean): void {
    const known = this.#recent.get(outcome.episode);
    if (known !== undefined) this.#count(known, -1);
    else if (isFirst) this.episodes++;
    const joined: Outcome = {
      episode: outcome.episode,
      reward: outcome.reward ?? known?.reward ?? null,
      success: outcome.success ?? known?.success ?? null,
    };
    this.#count(joined, 1);
    this.#recent.delete(outcome.episode);
    this.#recent.set(outcome.episode, joined);
    if (this.#recent.size > REMEMBERED) this.#recent.delete(this.#recent.keys().next().value!);
  }

  #count({ reward, success }: Outcome, sign: 1 | -1): void {
    if (reward !== null && !Number.isNaN(reward)) {
      this.reward += sign * reward;
      this.rewarded += sign;
    }
    if (success !== null) this.judged += sign;
    if (success === true) this.successes += sign;
  }
}
