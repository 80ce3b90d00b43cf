import type { Dictionary } from '../record/fields.ts';
import type { RecorderProtocol } from './protocol.ts';

type StepRecorder = Pick<RecorderProtocol, 'recordStep' | 'recordEpisode'>;

/** One episode that a manager records: ended and stored when it is disposed of. */
export class RecordingSession implements AsyncDisposable {
  readonly episodeId: number;
  readonly #recorder: StepRecorder;
  readonly #end: () => Promise<void>;
  #ended: Promise<void> | null = null;

  /**
   * @param recorder what the episode is recorded with
   * @param end ends the episode and waits until all is stored
   */
  constructor(recorder: StepRecorder, episodeId: number, end: () => Promise<void>) {
    this.#recorder = recorder;
    this.episodeId = episodeId;
    this.#end = end;
  }

  /** Records a step of this episode. */
  recordStep(stepData: Dictionary, stepNumber: number, metadata?: Dictionary): void {
    this.#recorder.recordStep(stepData, stepNumber, this.episodeId, metadata);
  }

  /** Completes this episode with its summary; without it the end of the session does, with what was counted. */
  recordEpisode(episodeData: Dictionary, metadata?: Dictionary): void {
    this.#recorder.recordEpisode(episodeData, this.episodeId, metadata);
  }

  /** Ends the episode, unless that was done, and resolves once all is stored. Ending again does nothing. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
