import { isBackendName, isModuleUrl } from './backends/names.ts';
import type { RecorderConfig } from './config/recorder-config.ts';
import { type ErrorTag, isSimtapeError, SimtapeError, show } from './errors.ts';
import { openingOf, withOpening } from './opening.ts';

/** Errors that say that a backend cannot be used here; all others are mistakes, which nothing stands in for. */
const DEGRADING: readonly ErrorTag[] = ['BackendUnavailable', 'CannotOpen', 'NotARecording', 'NewerFormat'];

/** The ways to open a recorder, one after another: its backend, then those that its configuration lists as fallbacks. */
export class Attempts {
  readonly #config: RecorderConfig;
  readonly #backends: readonly NonNullable<RecorderConfig['backend']>[];
  readonly #isKnown: (backend: unknown) => boolean;
  readonly #failures: { backend: string; reason: string }[] = [];
  #at = 0;

  /**
   * @param isKnown whether there is a backend of a name, whether or not it can be used
   * @throws `InvalidConfig` for a list with a name that nothing has, or with something behind `none`, which never fails
   */
  constructor(config: RecorderConfig, isKnown: (backend: unknown) => boolean = isOurs) {
    const { backend = 'sqlite', fallback = [] } = config;
    this.#config = config;
    this.#isKnown = isKnown;
    if (!Array.isArray(fallback)) {
      throw refusal(fallback, 'takes a list of backends, such as [sqlite, none]');
    }
    this.#backends = [backend, ...fallback];
    for (const [i, name] of this.#backends.entries()) {
      if (i > 0 && !isKnown(name)) throw refusal(fallback, `there is no backend ${show(name)}`);
      const last = this.#backends[i - 1];
      if (last === 'none') throw refusal(fallback, `none never fails, so that ${String(name)} is never used`);
    }
  }

  /** What the recorder is to be opened with. */
  get config(): RecorderConfig {
    const backend = this.#backends[this.#at]!;
    if (this.#at === 0) return this.#config;
    const { fallback: _, path: __, ...config } = this.#config;
    const metadata = { ...config.metadata, fallback: { used: String(backend), failed: this.#failures } };
    return withOpening({ ...config, backend, metadata }, { ...openingOf(config), notice: this.#notice() });
  }

  /**
   * Goes on to the next backend.
   * @throws what came of the last attempt, where there is none, or where it was a mistake that must be seen
   */
  failed(error: unknown): void {
    const backend = this.#backends[this.#at]!;
    if (!isSimtapeError(error) || !DEGRADING.includes(error.tag) || !this.#isKnown(backend)) throw error;
    if (this.#backends.length === 1) throw error;
    this.#failures.push({ backend: nameOf(backend), reason: error.message });
    this.#at++;
    if (this.#at < this.#backends.length) return;
    throw new SimtapeError(
      'BackendUnavailable',
      `none of the backends ${this.#failures.map((failure) => failure.backend).join(', ')} can be used: ${this.#reasons()}`,
      { backend: nameOf(backend) },
      error,
    );
  }

  #notice(): string {
    return `recording with ${nameOf(this.#backends[this.#at])} as the configuration's fallback says: ${this.#reasons()}`;
  }

  #reasons(): string {
    return this.#failures.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  }
}

function isOurs(backend: unknown): boolean {
  return isBackendName(backend) || isModuleUrl(backend) || typeof backend === 'object';
}

function nameOf(backend: unknown): string {
  return typeof backend === 'object' && !(backend instanceof URL) ? 'of your own' : String(backend);
}

function refusal(fallback: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `fallback = ${JSON.stringify(fallback)}: ${why}`, {
    key: 'fallback',
    value: fallback,
  });
}
