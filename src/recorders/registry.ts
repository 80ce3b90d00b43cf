import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BACKEND_NAMES, isBackendName, isModuleUrl } from '../backends/names.ts';
import { loadBackend } from '../backends/registry.ts';
import { didYouMean } from '../config/compose/refuse.ts';
import type { ModuleBackend, ModuleBackends } from '../config/record/target.ts';
import type { RecorderConfig } from '../config/recorder-config.ts';
import { SimtapeError, show } from '../errors.ts';
import type { BaseRecorder } from './base-recorder.ts';

/** A class of recorders, as the factory makes them. */
export type RecorderClass = new (config: RecorderConfig) => BaseRecorder;

/** What a backend of one's own takes beside the options of every recorder. */
export interface BackendParameters {
  /** Names of its parameters, which a configuration gives beside the others. They arrive as `config.options`. */
  readonly keys?: readonly string[];
  /** Checks them: any schema of zod, or of another library with `safeParse`. */
  readonly options?: ModuleBackend['options'];
}

/** Whether a backend can be used here. */
export interface BackendStatus {
  readonly name: string;
  readonly available: boolean;
  /** Why not. */
  readonly reason?: string;
}

export interface Registered extends BackendParameters {
  /** A class, whose methods run on the thread that records, or the URL of a module for the writer's thread. */
  readonly made: RecorderClass | string;
}

/** What a name can stand for. */
export const TAKES: string =
  "takes a subclass of BaseRecorder, or the URL of a module (new URL('./mine.ts', import.meta.url))";

/** Backends of the user's, by name. */
export class BackendRegistry {
  readonly #whyNot: (made: RecorderClass) => string | null;
  readonly #registered = new Map<string, Registered>();

  /** @param whyNot why a class is no backend, or null */
  constructor(whyNot: (made: RecorderClass) => string | null) {
    this.#whyNot = whyNot;
  }

  /** @throws `InvalidConfig` for a name that is taken, or what is neither a class nor the URL of a module */
  add(name: string, backend: RecorderClass | string | URL, parameters: BackendParameters): void {
    const refuse = (value: unknown, why: string) =>
      new SimtapeError('InvalidConfig', `backend ${show(name)} = ${show(value)}: ${why}`, {
        key: 'backend',
        value,
      });
    if (typeof name !== 'string' || name === '')
      throw refuse(backend, 'the name is a text that is not empty');
    if (isBackendName(name) || isModuleUrl(name)) throw refuse(backend, 'the name is taken: choose another');
    if (typeof backend === 'function') {
      const why = this.#whyNot(backend);
      if (why !== null) throw refuse(backend, why);
    } else if (!isModuleUrl(backend)) throw refuse(backend, TAKES);
    this.#registered.set(name, {
      made: typeof backend === 'function' ? backend : String(backend),
      ...parameters,
    });
  }

  find(name: unknown): Registered | undefined {
    return typeof name === 'string' ? this.#registered.get(name) : undefined;
  }

  isKnown(backend: unknown): boolean {
    return (
      isBackendName(backend) ||
      isModuleUrl(backend) ||
      typeof backend === 'object' ||
      this.find(backend) !== undefined
    );
  }

  /** An error that names the backends that there are. */
  unknown(backend: unknown): SimtapeError<'BackendUnavailable'> {
    const names = [...BACKEND_NAMES, ...this.#registered.keys()];
    const name = String(backend);
    return new SimtapeError(
      'BackendUnavailable',
      `there is no backend ${show(backend)}; ${didYouMean(name, names)}there are ${names.join(', ')}, and the URL of a module`,
      { backend: name },
    );
  }

  /** Those of the user's as `_target_` of a configuration file names them. */
  targets(): ModuleBackends {
    const entries = [...this.#registered].map(([name, { options }]): [string, ModuleBackend] => [
      name,
      { url: name, ...(options === undefined ? {} : { options }) },
    ]);
    return Object.fromEntries(entries);
  }

  /** Loads every backend, and says which can be used. */
  async statuses(): Promise<BackendStatus[]> {
    const own = BACKEND_NAMES.map((name) => status(name, name === 'none' ? null : name));
    const others = [...this.#registered].map(([name, { made }]) =>
      status(name, typeof made === 'string' ? made : null),
    );
    return Promise.all([...own, ...others]);
  }
}

/** @param module what has to load; null for what needs nothing */
async function status(name: string, module: string | null): Promise<BackendStatus> {
  if (module === null) return { name, available: true };
  try {
    // Node remembers that a module was not there; the file may have come since.
    if (module.startsWith('file:') && !existsSync(fileURLToPath(module)))
      throw new Error(`there is no ${module}`);
    await loadBackend(module);
    return { name, available: true };
  } catch (error) {
    return { name, available: false, reason: (error as Error).message };
  }
}
