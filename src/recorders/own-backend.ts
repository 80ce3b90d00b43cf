import type { BackendName } from '../backends/names.ts';
import type { RecorderConfig } from '../config/recorder-config.ts';
import { SimtapeError, show } from '../errors.ts';
import { openingOf } from '../opening.ts';

/**
 * The configuration of a class that stands for one backend.
 *
 * @throws `InvalidConfig` where it names another one, or fallbacks
 */
export function ownConfig(backend: BackendName, config: RecorderConfig): RecorderConfig {
  const named = openingOf(config).engine?.backend ?? config.backend ?? backend;
  if (named !== backend) {
    throw refusal(
      'backend',
      named,
      `this class records with ${backend}; RecorderFactory.createRecorder chooses one`,
    );
  }
  if (config.fallback !== undefined && config.fallback.length > 0) {
    const why = 'a class stands for one backend; RecorderFactory.createRecorder takes a list of fallbacks';
    throw refusal('fallback', config.fallback, why);
  }
  return { ...config, backend };
}

function refusal(key: string, value: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `${key} = ${show(value)}: ${why}`, { key, value });
}
