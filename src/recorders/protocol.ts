import type { ExportOptions } from '../export/options.ts';
import type { Dictionary } from '../record/fields.ts';

/** What every recorder does, whatever it stores with. */
export interface RecorderProtocol {
  /**
   * Records one step of an episode: a dictionary, or one for each agent (`agent_0`, `agent_1`, ...).
   *
   * @param stepNumber index of the step in its episode, from 0 on
   * @param episodeId the current episode unless one is named
   * @throws `InvalidValue` for what no column can hold; such a step is not recorded
   */
  recordStep(stepData: Dictionary, stepNumber: number, episodeId?: number, metadata?: Dictionary): void;
  /** Completes an episode's row with its summary. */
  recordEpisode(episodeData: Dictionary, episodeId: number, metadata?: Dictionary): void;
  /**
   * Exports what was recorded so far.
   * @returns true; whatever keeps it from that is an error that says why
   */
  exportData(outputPath: string, options?: ExportOptions): Promise<true>;
}
