export {
  assertComesToRest,
  assertEnergyConserved,
  assertEqualRecordings,
  assertMonotonicTime,
  assertNeverBelow,
  assertNoDanglingKeys,
  RecordingAssertionError,
} from './assertions.ts';
export type { BelowOptions } from './checks/bounds.ts';
export type { EnergyOptions } from './checks/energy.ts';
export type { MonotonicOptions } from './checks/monotonic.ts';
export type { RestOptions } from './checks/rest.ts';
export { testBackend } from './conformance/index.ts';
export type { Capabilities, TestedBackend, TestRunner } from './conformance/subject.ts';
export type { RecordingMatchers } from './matchers.ts';
export { simtapeMatchers } from './matchers.ts';
export { readRows } from './read-rows.ts';
export type { Source } from './source.ts';
