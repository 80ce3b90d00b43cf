import type { MaybePromise } from '../backends/backend.ts';
import type { RecorderConfig } from '../config/recorder-config.ts';
import { createRecorderSync } from '../create-recorder.ts';
import { SimtapeError, show } from '../errors.ts';
import type { ExportOptions } from '../export/options.ts';
import { openingOf } from '../opening.ts';
import type { RecorderEvents } from '../record/events.ts';
import type { Dictionary } from '../record/fields.ts';
import type { LaneHandle } from '../record/lane-handle.ts';
import type { RecorderMetrics } from '../record/metrics.ts';
import type { DumpReport, QueryParameter, Recorder } from '../record/recorder.ts';
import type { Table } from '../record/table.ts';
import type { TableSchema } from '../schema/types.ts';
import { MethodBackend } from './method-backend.ts';
import { DEFAULT_TARGET_MS, type PerformanceMetrics, performanceMetrics } from './performance.ts';
import type { PlainRow } from './plain-rows.ts';
import type { RecorderProtocol } from './protocol.ts';
import { WriteTimes } from './write-times.ts';

/**
 * A recorder as a class: every method of `createRecorder`'s, and what the recording specification adds to them. It opens
 * in its constructor, which waits for the writer thread (some 40 ms); `RecorderFactory.createRecorderAsync` waits with
 * the event loop.
 *
 * A subclass that has `writeStepData` and `writeEpisodeData` stores its rows itself, on the thread that records: they are
 * called for each commit, with copies of the rows. What they throw is a write error as those of any backend are: `flush`
 * rejects, the rows count as failed.
 */
export class BaseRecorder implements Recorder, RecorderProtocol {
  readonly runId: string;
  readonly backend: string;
  readonly path: string | null;
  readonly interruptHandle: SharedArrayBuffer | null;
  readonly makesParentGroups: boolean;
  readonly #engine: Recorder;
  readonly #own: MethodBackend | null;
  readonly #times: WriteTimes = new WriteTimes();
  #episode: number | null = null;

  /** @throws as `createRecorder`; `InvalidConfig` where a subclass has one of those methods without the other */
  constructor(config: RecorderConfig = {}) {
    this.#own = this.#makeOwn(config);
    const { engine, opened } = openingOf(config);
    this.#engine = engine ?? createRecorderSync(this.#with(config));
    opened?.(this.#engine);
    const { runId, backend, path, interruptHandle, makesParentGroups } = this.#engine;
    this.runId = runId;
    this.backend = backend;
    this.path = path;
    this.interruptHandle = interruptHandle;
    this.makesParentGroups = makesParentGroups;
  }

  /**
   * Stores steps, one row for each agent and step, and says how many bytes that came to. A throw means that none of
   * them is stored.
   */
  protected writeStepData?(rows: readonly PlainRow[]): MaybePromise<number>;
  /**
   * Stores episodes that have ended; those that never do come when the recorder is closed. One that is completed again
   * comes again, with what is new of it.
   */
  protected writeEpisodeData?(rows: readonly PlainRow[]): MaybePromise<number>;
  /** Stores rows of other tables; without it there can be none. */
  protected writeTableData?(table: string, rows: readonly PlainRow[]): MaybePromise<number>;
  /** Exports what was stored. @returns whether that was done */
  protected exportDataBackend?(outputPath: string, options: ExportOptions): MaybePromise<boolean>;
  /** Called last, when the recorder is closed. */
  protected closeStorage?(): MaybePromise<void>;

  get state(): RecorderMetrics['state'] {
    return this.#engine.state;
  }

  get stallMs(): number {
    return this.#engine.stallMs;
  }

  /** The episode that `startEpisode` began and nobody has completed, or null. */
  get currentEpisode(): number | null {
    return this.#episode;
  }

  /** Bytes that `writeStepData` and its like say they wrote; 0 for other recorders. */
  get bytesWritten(): number {
    return this.#own?.bytesWritten ?? 0;
  }

  isRecording(): boolean {
    return this.#engine.isRecording();
  }

  recordStep(stepData: Dictionary, stepNumber: number, episodeId?: number, metadata?: Dictionary): void {
    if (this.#times.next()) this.#recordTimed(stepData, stepNumber, episodeId, metadata);
    else this.#engine.recordStep(stepData, stepNumber, episodeId, metadata);
  }

  recordEpisode(episodeData: Dictionary, episodeId: number, metadata?: Dictionary): void {
    this.#engine.recordEpisode(episodeData, episodeId, metadata);
    if (this.#episode === episodeId) this.#episode = null;
  }

  startEpisode(episodeId?: number): number {
    this.#episode = this.#engine.startEpisode(episodeId);
    return this.#episode;
  }

  endEpisode(episodeData?: Dictionary, metadata?: Dictionary): void {
    this.#engine.endEpisode(episodeData, metadata);
    this.#episode = null;
  }

  table<T extends TableSchema>(schema: T): Table<T> {
    return this.#engine.table(schema);
  }

  recordFrame(simulationTime: number): number {
    return this.#engine.recordFrame(simulationTime);
  }

  endFrame(): boolean {
    return this.#engine.endFrame();
  }

  unit(action: () => void): void {
    this.#engine.unit(action);
  }

  attach(): LaneHandle {
    return this.#engine.attach();
  }

  validateData(stepData: unknown): boolean {
    return this.#engine.validateData(stepData);
  }

  explainData(stepData: unknown): string[] {
    return this.#engine.explainData(stepData);
  }

  flush(): Promise<void> {
    return this.#engine.flush();
  }

  flushSync(): void {
    this.#engine.flushSync();
  }

  dump(reason: string): Promise<DumpReport> {
    return this.#engine.dump(reason);
  }

  dumpSync(reason: string): DumpReport {
    return this.#engine.dumpSync(reason);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  closeSync(): void {
    this.#engine.closeSync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  metrics(): RecorderMetrics {
    return this.#engine.metrics();
  }

  /** @param targetMs what a step may take of the simulation, in milliseconds */
  getPerformanceMetrics(targetMs: number = DEFAULT_TARGET_MS): PerformanceMetrics {
    return performanceMetrics(this.#engine.metrics(), this.#times.mean(this.#engine.stallMs), targetMs);
  }

  /**
   * Exports this recorder's run as `exportRecording` does, after a flush; a closed recorder can be exported, too.
   *
   * @example await recorder.exportData('analysis/successful.parquet', { filterEpisodes: [1, 5, 12], compression: 'gzip' })
   * @throws as `exportRecording`; `ExportFailed` where nothing is recorded; what `flush` throws where rows were lost
   */
  async exportData(outputPath: string, options: ExportOptions = {}): Promise<true> {
    if (this.state !== 'closed') await this.flush();
    if (this.exportDataBackend !== undefined) {
      if (await this.exportDataBackend(outputPath, options)) return true;
      throw cannotExport(outputPath, `exportDataBackend of ${this.constructor.name} said no`);
    }
    if (this.path === null)
      throw cannotExport(outputPath, `the backend ${this.backend} leaves nothing to be exported`);
    const { exportRecording } = await import('../export/index.ts');
    await exportRecording(this.path, outputPath, { run: this.runId, ...options });
    return true;
  }

  executeQuery(sql: string, parameters?: readonly QueryParameter[]): Promise<Record<string, unknown>[]> {
    return this.#engine.executeQuery(sql, parameters);
  }

  getCallCount(): Readonly<Record<string, number>> {
    return this.#engine.getCallCount();
  }

  on<K extends keyof RecorderEvents>(event: K, listener: (event: RecorderEvents[K]) => void): () => void {
    return this.#engine.on(event, listener);
  }

  #recordTimed(stepData: Dictionary, stepNumber: number, episodeId?: number, metadata?: Dictionary): void {
    const engine = this.#engine;
    const waited = engine.stallMs;
    const start = performance.now();
    try {
      engine.recordStep(stepData, stepNumber, episodeId, metadata);
    } finally {
      // Waiting is rare and long: what one call of the sample waited must not stand for sixty others.
      this.#times.add(Math.max(0, performance.now() - start - (engine.stallMs - waited)));
    }
  }

  #with(config: RecorderConfig): RecorderConfig {
    return this.#own === null ? config : { ...config, backend: this.#own };
  }

  #makeOwn({ path, backend }: RecorderConfig): MethodBackend | null {
    const has = { writeStepData: this.writeStepData, writeEpisodeData: this.writeEpisodeData };
    const missing = Object.entries(has).filter(([, method]) => method === undefined);
    if (missing.length === 2 && this.writeTableData === undefined) return null;
    const { name } = this.constructor;
    if (missing.length > 0) {
      const message = `${name} has no ${missing[0]![0]}: a recorder that stores its rows itself takes steps and episodes; what it leaves out, it returns 0 for`;
      throw new SimtapeError('InvalidConfig', message, { key: missing[0]![0], value: undefined });
    }
    if (backend !== undefined) {
      const message = `backend = ${show(backend)}: ${name} stores its rows itself, through its own methods`;
      throw new SimtapeError('InvalidConfig', message, { key: 'backend', value: backend });
    }
    const methods = {
      name,
      steps: (rows: readonly PlainRow[]) => this.writeStepData!(rows),
      episodes: (rows: readonly PlainRow[]) => this.writeEpisodeData!(rows),
      table:
        this.writeTableData === undefined
          ? null
          : (table: string, rows: readonly PlainRow[]) => this.writeTableData!(table, rows),
      close: () => this.closeStorage?.(),
    };
    return new MethodBackend(methods, path ?? null);
  }
}

function cannotExport(path: string, why: string): SimtapeError<'ExportFailed'> {
  return new SimtapeError('ExportFailed', `nothing was exported to ${path}: ${why}`, { path });
}
