import { expectTypeOf } from 'vitest';
import { type ComposedConfig, composeConfig, describeConfig, loadConfig } from '../../src/config/index.ts';
import { createRecorder, type RecorderConfig } from '../../src/index.ts';

// Checked by `tsc --noEmit`; nothing here runs.

export async function configurationsAreTyped(): Promise<void> {
  const composed = loadConfig({ configDirs: ['conf'], overrides: ['record=sqlite'], values: { seed: 1 } });
  expectTypeOf(composed).toEqualTypeOf<ComposedConfig>();
  expectTypeOf(composed.recorder).toEqualTypeOf<RecorderConfig>();
  expectTypeOf(composed.values).toEqualTypeOf<Readonly<Record<string, unknown>>>();
  expectTypeOf(describeConfig(composed)).toEqualTypeOf<string>();
  await using _ = await createRecorder({ ...composed.recorder, seed: 7 });
  // @ts-expect-error overrides are texts
  loadConfig({ overrides: { record: 'sqlite' } });
  // @ts-expect-error files have to be given
  composeConfig({});
}
