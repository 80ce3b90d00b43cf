/** What one run of a writer came to. Each run is a process of its own, so that memory and processor time are its own. */
export interface Run {
  readonly version: string;
  /** From the first row until the file is closed. */
  readonly seconds: number;
  /** Processor seconds of the process, all threads, starting up included. */
  readonly cpu: number;
  readonly peakMb: number;
  /** Seconds that the simulation's thread spent in the recorder, of `seconds`. */
  readonly inRecorder?: number;
  /** Of these, seconds of waiting for room. */
  readonly stalled?: number;
}

export const ROWS_PER_TRANSACTION = 10_000;

export function report(run: Omit<Run, 'cpu' | 'peakMb'>): void {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1e6;
  process.stdout.write(JSON.stringify({ ...run, cpu, peakMb: maxRSS / 1024 } satisfies Run));
}
