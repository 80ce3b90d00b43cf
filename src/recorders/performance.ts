import type { RecorderMetrics } from '../record/metrics.ts';

/** What recording costs, in the names of the recording specification, beside what the engine counts. */
export interface PerformanceMetrics extends RecorderMetrics {
  /**
   * Mean time that a `recordStep` takes of the simulation, in seconds, estimated from a sample of the calls; waiting for
   * memory is in it, the first step, which makes the tables, is not, unless it is the only one. 0 before it.
   */
  readonly average_write_time: number;
  /** Share of the memory limit that holds rows which are not stored yet. */
  readonly buffer_utilization_current: number;
  readonly memory_analysis: {
    /** Memory taken for rows on their way, in MiB, and its limit. */
    readonly usage_mb: number;
    readonly limit_mb: number;
  };
  readonly performance_analysis: {
    readonly avg_write_time_ms: number;
    readonly target_ms: number;
    /** Whether the mean is within the target. */
    readonly meets_target: boolean;
  };
}

/** What a step may take where nothing else is said, in milliseconds: the specification's promise. */
export const DEFAULT_TARGET_MS = 1;

const MEBIBYTE = 2 ** 20;

export function performanceMetrics(
  metrics: RecorderMetrics,
  averageMs: number,
  targetMs: number,
): PerformanceMetrics {
  const { bytesAllocated, bytesLimit, utilization } = metrics.buffer;
  return {
    ...metrics,
    average_write_time: averageMs / 1000,
    buffer_utilization_current: utilization,
    memory_analysis: { usage_mb: bytesAllocated / MEBIBYTE, limit_mb: bytesLimit / MEBIBYTE },
    performance_analysis: {
      avg_write_time_ms: averageMs,
      target_ms: targetMs,
      meets_target: averageMs <= targetMs,
    },
  };
}
