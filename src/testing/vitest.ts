/** Extends the `expect` of Vitest 5, and its types: `setupFiles: ['simtape/testing/vitest']`. */
import { expect } from 'vitest';
import { type RecordingMatchers, simtapeMatchers } from './matchers.ts';

declare module 'vitest' {
  // Declarations are merged only where their type parameters are the same.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends RecordingMatchers {}
}

expect.extend(simtapeMatchers);
