import type { RecorderConfig } from '../config/recorder-config.ts';
import type { Dictionary } from '../record/fields.ts';
import { BaseRecorder } from './base-recorder.ts';
import { ownConfig } from './own-backend.ts';

/** Records nothing, at the cost of a call: what a simulation gets that is not to be recorded. */
export class NullRecorder extends BaseRecorder {
  readonly #counts: boolean;

  /** @param config `countCalls` counts the calls, for {@link BaseRecorder.getCallCount} */
  constructor(config: RecorderConfig = {}) {
    super(ownConfig('none', config));
    this.#counts = config.countCalls === true;
  }

  /** Nothing is timed where nothing is recorded: the clock would be all that it costs. */
  override recordStep(stepData: Dictionary, stepNumber: number): void {
    if (this.#counts) super.recordStep(stepData, stepNumber);
  }
}
