import type { CompareOptions } from '../read/index.ts';
import { type BelowOptions, checkNeverBelow } from './checks/bounds.ts';
import { checkKeys } from './checks/dangling-keys.ts';
import { checkEnergy, type EnergyOptions } from './checks/energy.ts';
import { checkEqual } from './checks/equal.ts';
import { checkMonotonic, type MonotonicOptions } from './checks/monotonic.ts';
import { checkRest, type RestOptions } from './checks/rest.ts';
import type { Outcome } from './outcome.ts';
import { reading, type Source } from './source.ts';

/** Thrown by the assert functions; test runners show its message. */
export class RecordingAssertionError extends Error {
  override readonly name = 'AssertionError';
  /** What runners that know Node's assertions look at. */
  readonly code = 'ERR_ASSERTION';
}

/** Every reference, of every table and run, names a row that is there. */
export async function assertNoDanglingKeys(source: Source): Promise<void> {
  settle(await reading(source, checkKeys));
}

/** The energy stays within a share of its first value: {@link EnergyOptions}. */
export async function assertEnergyConserved(source: Source, options: EnergyOptions): Promise<void> {
  settle(await reading(source, (reader) => checkEnergy(reader, options)));
}

/** No value of a column is below a bound, as a height is: {@link BelowOptions}. */
export async function assertNeverBelow(source: Source, options: BelowOptions): Promise<void> {
  settle(await reading(source, (reader) => checkNeverBelow(reader, options)));
}

/** In the last frames of a run everything is slower than a speed: {@link RestOptions}. */
export async function assertComesToRest(source: Source, options: RestOptions): Promise<void> {
  settle(await reading(source, (reader) => checkRest(reader, options)));
}

/** Times rise from row to row, by default those of frames: {@link MonotonicOptions}. */
export async function assertMonotonicTime(source: Source, options?: MonotonicOptions): Promise<void> {
  settle(await reading(source, (reader) => checkMonotonic(reader, options)));
}

/** Two recordings hold the same, wall-clock times left out: {@link CompareOptions}. */
export async function assertEqualRecordings(
  source: Source,
  other: Source,
  options?: CompareOptions,
): Promise<void> {
  settle(await reading(source, (reader) => checkEqual(reader, other, options)));
}

function settle({ pass, message }: Outcome): void {
  if (!pass) throw new RecordingAssertionError(message);
}
