import { commitTests } from './commit-tests.ts';
import { runTests } from './run-tests.ts';
import type { TestedBackend, TestRunner } from './subject.ts';
import { valueTests } from './value-tests.ts';

/**
 * Tests of what every storage backend has to do, under Vitest or node:test. Commits reach the backend in memory that is
 * overwritten when `write` answers, whole or in parts, and one fails in the middle.
 *
 * @example
 * testBackend({ name: 'mine', backend: new URL('./mine.ts', import.meta.url), freshPath, read, can }, { describe, test });
 */
export function testBackend(tested: TestedBackend, runner: TestRunner): void {
  runner.describe(`backend ${tested.name}`, () => {
    valueTests(tested, runner);
    commitTests(tested, runner);
    runTests(tested, runner);
  });
}
