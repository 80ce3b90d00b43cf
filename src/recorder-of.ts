import { LaneRecorder } from './record/lane-recorder.ts';
import type { Recorder } from './record/recorder.ts';
import type { RecorderParts } from './record/recorder-parts.ts';
import { closeOnExit } from './writer/exit-hook.ts';

/** The recorder of a lane. It is closed at the end of the process, if nobody has closed it by then. */
export function recorderOf(parts: Omit<RecorderParts, 'unheard' | 'onClosed'>): Recorder {
  let stayOpen = (): void => {};
  const recorder = new LaneRecorder({ ...parts, unheard, onClosed: () => stayOpen() });
  stayOpen = closeOnExit(recorder);
  return recorder;
}

/** Where events of a recorder go that nobody listens to. */
export function unheard(event: Error | string): void {
  process.emitWarning(event);
}
