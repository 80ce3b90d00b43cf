import type { ComposeOptions } from '../../src/config/compose-config.ts';
import { type ComposedConfig, composeConfig } from '../../src/config/index.ts';
import { configFiles } from '../../src/read/config-files.ts';

/** Configuration files of a test, over those of the package. */
export function compose(
  texts: Readonly<Record<string, string>>,
  options: Omit<ComposeOptions, 'files'> = {},
): ComposedConfig {
  const own = configFiles([]);
  const files = {
    read(name: string) {
      const text = texts[name];
      return text === undefined ? own.read(name) : { file: `${name}.yaml`, text };
    },
    options(group: string) {
      const below = Object.keys(texts).filter((name) => name.startsWith(`${group}/`));
      return [...below.map((name) => name.slice(group.length + 1)), ...own.options(group)];
    },
  };
  return composeConfig({ ...options, files });
}
