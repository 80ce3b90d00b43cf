import type { RecorderConfig, TableMetrics } from '../../src/index.ts';
import type { SimulationOptions } from '../simulation.ts';

/** The worlds of ours. */
export type World = 'plume' | 'rigid';

/** What the simulation's thread is told when it starts. */
export interface SimulationJob {
  /** A world of ours, or the file of a module. */
  readonly simulation: { readonly world: World } | { readonly file: string };
  /** As the user named it. */
  readonly label: string;
  readonly options: Pick<SimulationOptions, 'episodes' | 'steps' | 'agents' | 'bodies' | 'seed'>;
  /** What the configuration comes to; plain data. */
  readonly recorder: RecorderConfig;
  /** See {@link Progress}. */
  readonly progress: SharedArrayBuffer;
}

/** What the simulation's thread says. After `refused` or `ended` it says nothing more. */
export type FromSimulation =
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'opened'; readonly opened: Opened }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'closing' }
  | { readonly type: 'ended'; readonly report: SimulationReport };

/** A recording that was opened. */
export interface Opened {
  readonly runId: string;
  /** The backend that is used, which may be a fallback. */
  readonly backend: string;
  readonly path: string | null;
  /** For `interruptRecorder`; null where nothing is recorded. */
  readonly interruptHandle: SharedArrayBuffer | null;
}

/** How a simulation went, once its recorder is closed. */
export interface SimulationReport {
  /** From the open recorder to the closed one, s. */
  readonly seconds: number;
  /** How long the simulation waited for the writer, s. */
  readonly waited: number;
  readonly tables: Readonly<Record<string, Readonly<TableMetrics>>>;
  /** Episodes of a world that reports them. */
  readonly episodes?: { readonly completed: number; readonly successes: number };
  /** What it threw, in one line. */
  readonly failure?: string;
  /** What the recorder said of rows that were lost. */
  readonly losses: readonly string[];
  /** Where it called `process.exit`. */
  readonly exitCode?: number;
}

/** Words that both threads share: the main thread asks to stop, the simulation says how far it is. */
export class Progress {
  static readonly BYTES = 24;
  readonly #stop: Int32Array;
  readonly #amounts: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#stop = new Int32Array(buffer, 0, 1);
    this.#amounts = new Float64Array(buffer, 8, 2);
  }

  get stopAsked(): boolean {
    return this.#stop[0] === 1;
  }

  askToStop(): void {
    Atomics.store(this.#stop, 0, 1);
  }

  /** A torn pair would show for a tenth of a second, so plain stores do. */
  set(done: number, total: number): void {
    this.#amounts[0] = done;
    this.#amounts[1] = total;
  }

  get done(): number {
    return this.#amounts[0]!;
  }

  /** 0 while it is not known. */
  get total(): number {
    return this.#amounts[1]!;
  }
}
