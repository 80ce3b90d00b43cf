import * as nodeTest from 'node:test';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { TestRunner } from '../../src/testing/index.ts';
import '../../src/testing/vitest.ts';

// Checked by `tsc --noEmit`; nothing here runs.

export function runnersAreVitestAndNodeTest(): void {
  expectTypeOf({ describe, test }).toExtend<TestRunner>();
  expectTypeOf({ describe: nodeTest.describe, test: nodeTest.test }).toExtend<TestRunner>();
}

export function expectIsExtended(): void {
  const { toComeToRest, toHaveNoDanglingKeys } = expect('flight.db');
  expectTypeOf(toComeToRest).parameter(0).toExtend<{ speed: number; frames: number }>();
  expectTypeOf(toHaveNoDanglingKeys).returns.toEqualTypeOf<Promise<void>>();
}
