import type { AttributeValues } from '../../formats/hdf5/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import type { RunInfo } from '../backend.ts';
import { bigintsAsNumbers } from '../exact-json.ts';
import type { Recovery } from '../files/recovery.ts';
import type { WriterProcess } from '../writer-process.ts';
import type { Hdf5Storage } from './options.ts';
import type { Counts } from './run-groups.ts';
import { hdf5Text } from './text.ts';

/** What the root group says, so that a file is known for what it is. */
export const FORMAT = 'simtape-hdf5';
export const FORMAT_VERSION = 1;

export function rootAttributes(runId: string): AttributeValues {
  return { format: FORMAT, format_version: FORMAT_VERSION, run_id: runId };
}

/** What is known of a run from its start; `provenance` has texts as they were. Times are seconds since the Unix epoch. */
export function runAttributes(
  run: RunInfo,
  durability: string,
  storage: Hdf5Storage,
  writer: WriterProcess,
): AttributeValues {
  const { provenance } = run;
  const { world, seed, gitCommit } = provenance;
  return {
    run_id: run.runId,
    state: 'recording',
    start_timestamp: run.startTimestamp,
    ...(world === undefined ? {} : { world: hdf5Text(world) }),
    ...(seed === undefined ? {} : { seed: hdf5Text(String(seed)) }),
    ...(run.configuration === undefined ? {} : { configuration: json(run.configuration) }),
    configuration_hash: run.configurationHash,
    metadata: json(run.metadata),
    ...(gitCommit === undefined ? {} : { git_commit: gitCommit }),
    provenance: json(provenance),
    durability,
    storage: json(storage),
    writer: json(writer),
  };
}

export function schemaAttribute(plans: readonly TablePlan[]): AttributeValues {
  return { schema: json(plans) };
}

/** What changes with every checkpoint: numbers, which supersede nothing that is not superseded anyway. */
export function checkpointAttributes(lastCommit: number, { steps, episodes }: Counts): AttributeValues {
  return { last_commit: lastCommit, steps, episodes };
}

export function endAttributes(endTimestamp: number | null, recovery: Recovery | null): AttributeValues {
  return {
    state: 'ended',
    writer: '',
    ...(endTimestamp === null ? {} : { end_timestamp: endTimestamp }),
    ...(recovery === null ? {} : { recovered: json(recovery) }),
  };
}

function json(value: unknown): string {
  return JSON.stringify(value, bigintsAsNumbers) ?? 'null';
}
