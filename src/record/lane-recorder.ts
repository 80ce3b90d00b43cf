import { COUNT_STALL_MS, CUT, REQUEST, STATE_FAILED, WRITER_STATE } from '../buffer/words.ts';
import { isSimtapeError } from '../errors.ts';
import { DUMPS, SimulationFrame } from '../schema/standard.ts';
import type { TableSchema } from '../schema/types.ts';
import { wallClock } from './clock.ts';
import { Events, type RecorderEvents } from './events.ts';
import type { Dictionary } from './fields.ts';
import type { Lane } from './lane.ts';
import type { LaneHandle } from './lane-handle.ts';
import { MetricsReader, type RecorderMetrics } from './metrics.ts';
import type { DumpReport, QueryParameter, Recorder } from './recorder.ts';
import type { RecorderParts } from './recorder-parts.ts';
import { closed } from './requests.ts';
import { Steps } from './steps.ts';
import type { Table } from './table.ts';
import { Tables } from './tables.ts';

/** A recorder that records. */
export class LaneRecorder implements Recorder {
  readonly runId: string;
  readonly path: string | null;
  readonly backend: string;
  readonly interruptHandle: SharedArrayBuffer;
  readonly #parts: RecorderParts;
  readonly #lane: Lane;
  readonly #events: Events;
  readonly #tables: Tables;
  readonly #metrics: MetricsReader;
  readonly #timer: ReturnType<typeof setInterval>;
  #steps: Steps | null = null;
  #frames: Table<typeof SimulationFrame> | null = null;
  #closing: Promise<void> | null = null;
  #closed = false;
  #seenCut = 0;

  constructor(parts: RecorderParts) {
    this.runId = parts.runId;
    this.path = parts.path;
    this.backend = parts.backend;
    this.interruptHandle = parts.lane.words.buffer as SharedArrayBuffer;
    this.#parts = parts;
    this.#lane = parts.lane;
    this.#events = new Events(parts.unheard);
    this.#tables = new Tables(parts.lane, parts.options.validate);
    this.#metrics = new MetricsReader(parts.lane, parts.others, parts.options.memoryLimitBytes);
    if (parts.notice !== undefined) this.#events.announce(parts.notice);
    parts.writer.onReport = (error) => this.#events.emit('error', error);
    parts.writer.onWarning = (message) => this.#events.emit('warning', message);
    parts.lane.onPressure((message) => this.#events.emit('warning', message));
    parts.lane.onFirstRows((ring, row) => this.#tables.checkKeys(ring, row));
    this.#timer = setInterval(() => this.#tick(), parts.options.flushIntervalMs);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  get makesParentGroups(): boolean {
    return this.#parts.options.makesParentGroups;
  }

  get state(): RecorderMetrics['state'] {
    if (this.#closed) return 'closed';
    return this.#lane.link.control[WRITER_STATE] === STATE_FAILED ? 'failed' : 'open';
  }

  get stallMs(): number {
    return this.#lane.counters[COUNT_STALL_MS]!;
  }

  isRecording(): boolean {
    return true;
  }

  table<T extends TableSchema>(schema: T): Table<T> {
    return this.#tables.of(schema);
  }

  recordFrame(simulationTime: number): number {
    const lane = this.#lane;
    this.endFrame();
    this.#frames ??= this.table(SimulationFrame);
    lane.beginUnit();
    try {
      lane.frameId = this.#frames.append({ simulation_time: simulationTime, wall_clock_time: wallClock() });
    } catch (error) {
      lane.endUnit();
      throw error;
    }
    return lane.frameId;
  }

  endFrame(): boolean {
    const lane = this.#lane;
    if (!lane.unitOpen) return true;
    lane.frameId = 0;
    const recorded = lane.endUnit();
    if (lane.words[REQUEST] !== 0) lane.attend();
    return recorded;
  }

  unit(action: () => void): void {
    const lane = this.#lane;
    if (lane.unitOpen) {
      action();
      return;
    }
    lane.refuseIfClosed();
    lane.beginUnit();
    try {
      action();
    } finally {
      this.endFrame();
    }
  }

  recordStep(stepData: Dictionary, stepNumber: number, episodeId?: number, metadata?: Dictionary): void {
    this.#stepTables().record(stepData, stepNumber, episodeId, metadata);
  }

  recordEpisode(episodeData: Dictionary, episodeId: number, metadata?: Dictionary): void {
    this.#stepTables().recordEpisode(episodeData, episodeId, metadata);
  }

  startEpisode(episodeId?: number): number {
    return this.#stepTables().startEpisode(episodeId);
  }

  endEpisode(episodeData: Dictionary = {}, metadata?: Dictionary): void {
    this.#stepTables().endEpisode(episodeData, metadata);
  }

  attach(): LaneHandle {
    this.#lane.refuseIfClosed();
    const handle = this.#parts.attach();
    this.#lane.addLane();
    return handle;
  }

  validateData(stepData: unknown): boolean {
    return this.explainData(stepData).length === 0;
  }

  explainData(stepData: unknown): string[] {
    return this.#stepTables().explain(stepData);
  }

  async flush(): Promise<void> {
    if (this.#closing !== null) return this.#closing;
    this.#lane.refuseIfClosed();
    this.#settle();
    if (!this.#lane.holdsBack) this.#lane.publishAll();
    await this.#parts.writer.flush();
  }

  flushSync(): void {
    this.#lane.refuseIfClosed();
    this.#settle();
    if (!this.#lane.holdsBack) this.#lane.publishAll();
    this.#parts.writer.flushSync();
  }

  async dump(reason: string): Promise<DumpReport> {
    const report = this.#dump(reason);
    await this.#parts.writer.flush();
    return report;
  }

  dumpSync(reason: string): DumpReport {
    const report = this.#dump(reason);
    this.#parts.writer.flushSync();
    return report;
  }

  #dump(reason: string): DumpReport {
    this.#lane.refuseIfClosed();
    this.#settle();
    this.table(DUMPS).append({ reason, wall_clock_time: wallClock() });
    return { reason, rows: this.#lane.dump() };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  closeSync(): void {
    if (this.#closed) return;
    this.#shut();
    try {
      this.#parts.writer.closeSync(wallClock());
    } finally {
      this.#finished();
      this.#closing ??= Promise.resolve();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  metrics(): RecorderMetrics {
    return this.#metrics.read(this.#closed);
  }

  async executeQuery(
    sql: string,
    parameters: readonly QueryParameter[] = [],
  ): Promise<Record<string, unknown>[]> {
    if (this.#closed) this.#lane.refuseIfClosed();
    return this.#parts.query.query(sql, parameters);
  }

  getCallCount(): Readonly<Record<string, number>> {
    return {};
  }

  on<K extends keyof RecorderEvents>(event: K, listener: (event: RecorderEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#shut();
    try {
      await this.#parts.writer.close(wallClock());
    } finally {
      this.#finished();
    }
  }

  /** Ends the caller's frame and publishes all that has come. */
  #settle(): void {
    if (this.#lane.unitOpen) {
      this.#lane.frameId = 0;
      this.#lane.endUnit();
    } else this.#lane.publish();
  }

  #shut(): void {
    clearInterval(this.#timer);
    // The last connection to a file must be the writer's, or its log stays behind.
    this.#parts.query.close();
    this.#settle();
    this.#lane.publishAll();
    this.#lane.shut(closed('the recorder is closed'));
  }

  #finished(): void {
    this.#closed = true;
    this.#parts.onClosed();
  }

  /** On the event loop: publishes single appends that nothing else has published. */
  #tick(): void {
    try {
      this.#lane.publish();
    } catch (error) {
      if (!isSimtapeError(error)) throw error;
      // The writer is gone. Whoever records or closes next hears of it; here it would end the process.
      clearInterval(this.#timer);
      return;
    }
    const cut = this.#lane.words[CUT]!;
    if (cut !== this.#seenCut) this.#lane.link.wake();
    this.#seenCut = cut;
  }

  #stepTables(): Steps {
    if (this.#steps === null) {
      this.#lane.refuseIfClosed();
      const warn = (message: string) => this.#events.emit('warning', message);
      this.#steps = new Steps(this.#lane, warn, this.#parts.options.steps);
    }
    return this.#steps;
  }
}
