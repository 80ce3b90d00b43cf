import type { CompareOptions } from '../read/index.ts';
import { type BelowOptions, checkNeverBelow } from './checks/bounds.ts';
import { checkKeys } from './checks/dangling-keys.ts';
import { checkEnergy, type EnergyOptions } from './checks/energy.ts';
import { checkEqual } from './checks/equal.ts';
import { checkMonotonic, type MonotonicOptions } from './checks/monotonic.ts';
import { checkRest, type RestOptions } from './checks/rest.ts';
import type { Outcome } from './outcome.ts';
import { reading, type Source } from './source.ts';

/** What a matcher gives to `expect`. */
interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type Matcher<Arguments extends readonly unknown[]> = (
  received: Source,
  ...args: Arguments
) => Promise<MatcherResult>;

/** The matchers, as `expect(...)` has them once it was extended; all are to be awaited. */
export interface RecordingMatchers {
  toHaveNoDanglingKeys(): Promise<void>;
  toConserveEnergy(options: EnergyOptions): Promise<void>;
  toNeverGoBelow(options: BelowOptions): Promise<void>;
  toComeToRest(options: RestOptions): Promise<void>;
  toHaveMonotonicTime(options?: MonotonicOptions): Promise<void>;
  toEqualRecording(other: Source, options?: CompareOptions): Promise<void>;
}

/**
 * Matchers for Vitest and others with its `expect.extend`. They take a path or a reader.
 *
 * @example
 * expect.extend(simtapeMatchers);
 * await expect('flight.db').toConserveEnergy({ within: 0.01 });
 */
export const simtapeMatchers: {
  readonly [K in keyof RecordingMatchers]: Matcher<Parameters<RecordingMatchers[K]>>;
} = {
  toHaveNoDanglingKeys: async (received) => result(await reading(received, checkKeys)),
  toConserveEnergy: async (received, options) =>
    result(await reading(received, (reader) => checkEnergy(reader, options))),
  toNeverGoBelow: async (received, options) =>
    result(await reading(received, (reader) => checkNeverBelow(reader, options))),
  toComeToRest: async (received, options) =>
    result(await reading(received, (reader) => checkRest(reader, options))),
  toHaveMonotonicTime: async (received, options) =>
    result(await reading(received, (reader) => checkMonotonic(reader, options))),
  toEqualRecording: async (received, other, options) =>
    result(await reading(received, (reader) => checkEqual(reader, other, options))),
};

function result({ pass, message }: Outcome): MatcherResult {
  return { pass, message: () => message };
}
