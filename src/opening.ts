import type { RecorderConfig } from './config/recorder-config.ts';
import type { Recorder } from './record/recorder.ts';

/** Where simtape itself puts what it passes along with a configuration: a symbol, so that no caller's key is there. */
const OPENING: unique symbol = Symbol('simtape.opening');

/** What goes with the configuration of a recorder that is being made. */
export interface Opening {
  /** The engine, where it is open already. */
  readonly engine?: Recorder;
  /** What its listeners are to be told of how it came to be. */
  readonly notice?: string;
  /** Gets the engine that a class has opened, whatever its constructor does afterwards. */
  readonly opened?: (engine: Recorder) => void;
}

export type OpeningConfig = RecorderConfig & { readonly [OPENING]?: Opening };

export function openingOf(config: RecorderConfig): Opening {
  return (config as OpeningConfig)[OPENING] ?? {};
}

/** A configuration with something for whoever opens the recorder. Copies of it made by `{ ...config }` carry it on. */
export function withOpening(config: RecorderConfig, opening: Opening): RecorderConfig {
  return { ...config, [OPENING]: opening } as OpeningConfig;
}
