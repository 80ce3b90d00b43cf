import { noSuchOption } from '../config/compose/refuse.ts';
import { SimtapeError, show } from '../errors.ts';
import { Events } from '../record/events.ts';
import type { Dictionary } from '../record/fields.ts';
import type { BaseRecorder } from './base-recorder.ts';
import { type Failover, isFailure, partOf } from './failover.ts';
import { DEFAULT_TARGET_MS, type PerformanceMetrics } from './performance.ts';
import type { RecorderProtocol } from './protocol.ts';
import { RecordingSession } from './session.ts';

/** What a {@link RecorderManager} looks after its recorder by. */
export interface RecorderManagerOptions {
  /** What a step may take of the simulation on average, in milliseconds. Default 1. */
  readonly performanceTargetMs?: number;
  /**
   * Takes over for good where the recorder fails: a permanent write error, or a call that records and throws for another
   * reason than its data. A function makes it then. It is closed with the manager.
   */
  readonly backup?: BaseRecorder | ((cause: unknown, first: BaseRecorder) => BaseRecorder);
}

/**
 * Looks after a recorder: sessions of one episode each, a target for what recording may cost, a backup. Steps that go
 * through the manager or its session go to the backup when it has taken over; those that go to the recorder itself do not.
 * Frames and rows of tables are for `manager.recorder`, which is the backup then: it knows no row of the first, so that
 * references to those lead nowhere.
 *
 * With a backup no step is stored twice, and each that is not stored is counted. The step whose call threw is the first one
 * of the backup; where the failure came in the middle of that call, the first recorder counts it as `failed`, too. What the
 * first had taken before and not stored counts as `failed` there and is not handed on: it is gone from the simulation's
 * hands, and nobody knows of a write that failed how much of it reached the disk.
 */
export class RecorderManager
  implements Pick<RecorderProtocol, 'recordStep' | 'recordEpisode'>, AsyncDisposable
{
  readonly performanceTargetMs: number;
  readonly #first: BaseRecorder;
  readonly #makeBackup: RecorderManagerOptions['backup'];
  readonly #events: Events = new Events((event) => process.emitWarning(event));
  #recorder: BaseRecorder;
  #failover: Pick<Failover, 'cause' | 'episodeId' | 'stepNumber'> | null = null;
  #session: RecordingSession | null = null;
  /** The episode of steps that name none, outside of sessions. */
  #episode: number | null = null;
  #lastEpisode = 0;

  /** @throws `InvalidConfig` for a target that is no time, and for options that there are not */
  constructor(
    recorder: BaseRecorder,
    { performanceTargetMs = DEFAULT_TARGET_MS, backup, ...others }: RecorderManagerOptions = {},
  ) {
    const [other] = Object.entries(others);
    if (other !== undefined)
      throw refusal(...other, noSuchOption(other[0], ['performanceTargetMs', 'backup']));
    if (typeof performanceTargetMs !== 'number' || !(performanceTargetMs > 0)) {
      throw refusal('performanceTargetMs', performanceTargetMs, 'takes a number of milliseconds above 0');
    }
    this.performanceTargetMs = performanceTargetMs;
    this.#first = recorder;
    this.#recorder = recorder;
    this.#makeBackup = backup;
  }

  /** The recorder that is used: the backup, once that has taken over. */
  get recorder(): BaseRecorder {
    return this.#recorder;
  }

  /** Whether the backup has taken over, and which rows are in which recording; null while it has not. */
  get failover(): Failover | null {
    if (this.#failover === null) return null;
    return { ...this.#failover, first: partOf(this.#first), backup: partOf(this.#recorder) };
  }

  /** As the recorder's; goes to the backup where the recorder has failed. */
  recordStep(stepData: Dictionary, stepNumber: number, episodeId?: number, metadata?: Dictionary): void {
    const episode = episodeId ?? this.#currentEpisode();
    this.#look(episode, stepNumber);
    try {
      this.#recorder.recordStep(stepData, stepNumber, episode, metadata);
    } catch (error) {
      this.#recover(error, episode, stepNumber);
      this.#recorder.recordStep(stepData, stepNumber, episode, metadata);
    }
  }

  /** As the recorder's; goes to the backup where the recorder has failed. */
  recordEpisode(episodeData: Dictionary, episodeId: number, metadata?: Dictionary): void {
    this.#look(episodeId, null);
    try {
      this.#recorder.recordEpisode(episodeData, episodeId, metadata);
    } catch (error) {
      this.#recover(error, episodeId, null);
      this.#recorder.recordEpisode(episodeData, episodeId, metadata);
    }
    if (this.#episode === episodeId) this.#episode = null;
  }

  /**
   * Records an episode: starts it, and at the end completes it, unless that was done, and flushes. Without a function it
   * gives the session, for `await using`.
   *
   * @param episodeId its number; the next one where it is left out
   * @returns what the function returns; rejects with what it throws, or where rows were lost
   * @throws `InvalidValue` while another session goes on
   */
  managedRecordingSession(options?: { readonly episodeId?: number }): RecordingSession;
  managedRecordingSession<T>(
    options: { readonly episodeId?: number },
    run: (session: RecordingSession) => T | Promise<T>,
  ): Promise<T>;
  managedRecordingSession<T>(
    { episodeId }: { readonly episodeId?: number } = {},
    run?: (session: RecordingSession) => T | Promise<T>,
  ): RecordingSession | Promise<T> {
    const session = this.#begin(episodeId);
    return run === undefined ? session : runIn(session, run);
  }

  /** Of the recorder that is used, measured against this manager's target. */
  getPerformanceMetrics(): PerformanceMetrics {
    return this.#recorder.getPerformanceMetrics(this.performanceTargetMs);
  }

  /** Hears of a backup that takes over. What a recorder warns of, its own listeners hear. */
  on(event: 'warning', listener: (warning: string) => void): () => void {
    return this.#events.on(event, listener);
  }

  /** Resolves once all rows so far are stored; rejects where the recorder that is used has lost any. */
  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  /** Ends the session that goes on, and closes the recorder and the backup. Rejects where either has lost rows. */
  async close(): Promise<void> {
    const ends = [this.#session?.end(), this.#first.close()];
    if (this.#recorder !== this.#first) ends.push(this.#recorder.close());
    else if (typeof this.#makeBackup === 'object') ends.push(this.#makeBackup.close());
    const failed = (await Promise.allSettled(ends)).find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #begin(episodeId: number | undefined): RecordingSession {
    if (this.#session !== null) {
      throw new SimtapeError(
        'InvalidValue',
        `the session of episode ${this.#session.episodeId} is still going on: end it before the next one`,
        { table: 'episodes', column: 'episode_id', value: episodeId },
      );
    }
    if (this.#hasFailed()) this.#takeOver(null, episodeId ?? this.#lastEpisode + 1, null);
    const started = this.#recorder.startEpisode(episodeId ?? this.#next());
    if (started > this.#lastEpisode) this.#lastEpisode = started;
    this.#session = new RecordingSession(this, started, () => this.#end(started));
    return this.#session;
  }

  async #end(episodeId: number): Promise<void> {
    this.#session = null;
    const recorder = this.#recorder;
    if (recorder.currentEpisode === episodeId) recorder.endEpisode();
    await recorder.flush();
  }

  /** Before a call: the backup takes over where the recorder has failed. */
  #look(episodeId: number, stepNumber: number | null): void {
    if (this.#hasFailed()) this.#takeOver(null, episodeId, stepNumber);
    if (episodeId > this.#lastEpisode) this.#lastEpisode = episodeId;
  }

  /** After a call that threw: the backup takes over, or the error goes on to the caller. */
  #recover(error: unknown, episodeId: number, stepNumber: number | null): void {
    if (!this.#hasBackup() || !isFailure(error)) throw error;
    this.#takeOver(error, episodeId, stepNumber);
  }

  #hasBackup(): boolean {
    return this.#makeBackup !== undefined && this.#failover === null;
  }

  /** Whether the backup is to take over. */
  #hasFailed(): boolean {
    return this.#hasBackup() && this.#recorder.state === 'failed';
  }

  #takeOver(error: unknown, episodeId: number, stepNumber: number | null): void {
    const first = this.#first;
    const cause =
      error ?? new SimtapeError('WriteFailed', 'the recording cannot be written any more', { failed: 0 });
    const made = this.#makeBackup!;
    const backup = typeof made === 'function' ? made(cause, first) : made;
    if (this.#session !== null && backup.currentEpisode === null)
      backup.startEpisode(this.#session.episodeId);
    this.#recorder = backup;
    this.#failover = { cause, episodeId, stepNumber };
    const from = stepNumber === null ? `episode ${episodeId}` : `step ${stepNumber} of episode ${episodeId}`;
    this.#warn(
      `from ${from} on, rows are in ${placeOf(backup)}, since ${placeOf(first)} failed (${(cause as Error).message}); failover says which rows are where`,
    );
  }

  #currentEpisode(): number {
    if (this.#session !== null) return this.#session.episodeId;
    this.#episode ??= this.#recorder.currentEpisode ?? this.#recorder.startEpisode(this.#next());
    return this.#episode;
  }

  /** The number of the next episode, where the recorder does not know it: a backup goes on where the first one was. */
  #next(): number | undefined {
    return this.#failover === null ? undefined : this.#lastEpisode + 1;
  }

  #warn(warning: string): void {
    this.#events.emit('warning', warning);
  }
}

async function runIn<T>(
  session: RecordingSession,
  run: (session: RecordingSession) => T | Promise<T>,
): Promise<T> {
  // What both throw comes as one SuppressedError.
  await using held = session;
  return await run(held);
}

function refusal(key: string, value: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `${key} = ${show(value)}: ${why}`, { key, value });
}

function placeOf({ backend, path }: BaseRecorder): string {
  return path === null ? `the recorder ${backend}` : path;
}
