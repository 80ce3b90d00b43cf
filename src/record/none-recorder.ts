import { SimtapeError } from '../errors.ts';
import type { TableSchema } from '../schema/types.ts';
import { Events, type RecorderEvents } from './events.ts';
import type { LaneHandle } from './lane-handle.ts';
import type { RecorderMetrics } from './metrics.ts';
import type { DumpReport, Recorder } from './recorder.ts';
import type { Table } from './table.ts';

const METRICS: RecorderMetrics = {
  tables: {},
  buffer: { bytesInUse: 0, bytesAllocated: 0, bytesLimit: 0, utilization: 0 },
  lanes: 0,
  stallMs: 0,
  commits: 0,
  commitLatencyMs: { p50: Number.NaN, p99: Number.NaN, max: Number.NaN },
  appendRate: 0,
  state: 'open',
};

/** The engine that records nothing, at the cost of a call. */
export class NoneRecorder implements Recorder {
  readonly path = null;
  readonly backend = 'none';
  readonly makesParentGroups = true;
  readonly state = 'open';
  readonly stallMs = 0;
  readonly interruptHandle = null;
  readonly runId: string;
  readonly #events: Events;
  #episode = 0;

  /** @param unheard where events go that nobody listens to */
  constructor(runId: string, unheard: (event: Error | string) => void = () => {}) {
    this.runId = runId;
    this.#events = new Events(unheard);
  }

  isRecording(): boolean {
    return false;
  }

  table<T extends TableSchema>(schema: T): Table<T> {
    return { schema, append: () => 0 };
  }

  recordFrame(): number {
    return 0;
  }

  endFrame(): boolean {
    return true;
  }

  unit(action: () => void): void {
    action();
  }

  recordStep(): void {}

  recordEpisode(): void {}

  startEpisode(episodeId: number = this.#episode + 1): number {
    this.#episode = episodeId;
    return episodeId;
  }

  endEpisode(): void {}

  attach(): LaneHandle {
    const { port1: port } = new MessageChannel();
    return {
      runId: this.runId,
      path: null,
      port,
      shared: null,
      options: null,
      patienceMs: 0,
      backend: 'none',
    };
  }

  validateData(): boolean {
    return true;
  }

  explainData(): string[] {
    return [];
  }

  async flush(): Promise<void> {}

  flushSync(): void {}

  async dump(reason: string): Promise<DumpReport> {
    return { reason, rows: 0 };
  }

  dumpSync(reason: string): DumpReport {
    return { reason, rows: 0 };
  }

  async close(): Promise<void> {}

  closeSync(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}

  metrics(): RecorderMetrics {
    return METRICS;
  }

  async executeQuery(sql: string): Promise<never> {
    throw new SimtapeError('QueryFailed', 'nothing is recorded that could be queried: the backend is none', {
      sql,
    });
  }

  getCallCount(): Readonly<Record<string, number>> {
    return {};
  }

  on<K extends keyof RecorderEvents>(event: K, listener: (event: RecorderEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  announce(notice: string): void {
    this.#events.announce(notice);
  }
}

/** Counts the calls of a recorder that records nothing, to verify that a simulation makes them. */
export function countCalls(recorder: NoneRecorder): Recorder {
  const counts: Record<string, number> = {};
  return new Proxy<Recorder>(recorder, {
    get(target, name) {
      if (name === 'getCallCount') return () => ({ ...counts });
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name === 'symbol') return value;
      return (...args: unknown[]) => {
        counts[name] = (counts[name] ?? 0) + 1;
        if (name !== 'table') return value.apply(target, args);
        const table = value.apply(target, args) as Table;
        const append = () => {
          counts.append = (counts.append ?? 0) + 1;
          return 0;
        };
        return { ...table, append };
      };
    },
  });
}
