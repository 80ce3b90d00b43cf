import { AGENT_KEY, isDictionary } from './agents.ts';
import type { Dictionary } from './fields.ts';

/** Which steps are recorded, and what of them. */
export interface StepSelection {
  /** Whether steps are recorded at all; episodes are in any case. */
  readonly record: boolean;
  /** Steps whose number this divides are recorded. */
  readonly interval: number;
  /** Whether the field `observation` (`observation_data`) is. */
  readonly observations: boolean;
  /** Whether the field `action` (`action_data`) is. */
  readonly actions: boolean;
  /** Whether the field `reward` is. An episode's `total_reward` counts it all the same. */
  readonly rewards: boolean;
}

export const EVERY_STEP: StepSelection = {
  record: true,
  interval: 1,
  observations: true,
  actions: true,
  rewards: true,
};

/** Leaves out steps and fields of steps that are not to be recorded. */
export class StepFilter {
  readonly #selection: StepSelection;
  readonly #omitted: ReadonlySet<string>;

  private constructor(selection: StepSelection) {
    const { observations, actions, rewards } = selection;
    this.#selection = selection;
    this.#omitted = new Set([
      ...(observations ? [] : ['observation', 'observation_data']),
      ...(actions ? [] : ['action', 'action_data']),
      ...(rewards ? [] : ['reward']),
    ]);
  }

  /** The filter of a selection, or null where everything is recorded. */
  static of(selection: StepSelection): StepFilter | null {
    const filter = new StepFilter(selection);
    const all = selection.record && selection.interval === 1 && filter.#omitted.size === 0;
    return all ? null : filter;
  }

  /** Whether rewards are left out. */
  get omitsRewards(): boolean {
    return !this.#selection.rewards;
  }

  takesStep(stepNumber: number): boolean {
    return this.#selection.record && stepNumber % this.#selection.interval === 0;
  }

  /** A step without the fields that are left out, of agents too. The keys keep their order, and so the step its shape. */
  keep(data: Dictionary): Dictionary {
    if (this.#omitted.size === 0) return data;
    const kept: Record<string, unknown> = {};
    for (const key in data) {
      const value = data[key];
      if (this.#omitted.has(key)) continue;
      kept[key] = AGENT_KEY.test(key) && isDictionary(value) ? this.keep(value) : value;
    }
    return kept;
  }
}
