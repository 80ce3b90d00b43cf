import type { Provenance, RunInfo } from '../../backends/backend.ts';
import type { Run } from '../../read/reader.ts';

/** A run as it was when it started. */
export function runInfo(run: Run): RunInfo {
  return {
    runId: run.runId,
    startTimestamp: run.startTimestamp,
    configuration: run.configuration,
    configurationHash: run.configurationHash ?? '',
    metadata: (run.metadata ?? {}) as Readonly<Record<string, unknown>>,
    provenance: run.provenance as unknown as Provenance,
  };
}
