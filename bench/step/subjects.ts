import type { Dictionary, Recorder } from '../../src/index.ts';
import { openMcap } from '../mcap.ts';
import type { Subject } from '../statistics.ts';
import { makeSteps, standardStep } from './dictionaries.ts';

const STEPS = 2000;
type Call = (step: Dictionary, i: number) => unknown;
type Loop = (steps: readonly Dictionary[], call: Call) => number;

let copies = 0;

/** A loop of its own for each subject, so that V8 can inline the call in each; returns milliseconds. */
function makeLoop(): Loop {
  const source = `'use strict';
return (steps, call) => {
  const start = performance.now();
  for (let i = 0; i < steps.length; i++) call(steps[i], i);
  return performance.now() - start;
};
// copy ${++copies}`;
  return new Function(source)() as Loop;
}

/** Nanoseconds a call over a burst of fresh dictionaries, which were made before the clock started. */
export function burstOf(
  name: string,
  call: Call,
  settle: () => void,
  make: (i: number) => Dictionary = standardStep,
): Subject {
  const loop = makeLoop();
  return {
    name,
    measure: () => {
      const ms = loop(makeSteps(STEPS, make), call);
      settle();
      return (ms / STEPS) * 1e6;
    },
  };
}

/** `recordStep` in a recorder, dictionary by dictionary. */
export function stepsInto(name: string, recorder: Recorder, make?: (i: number) => Dictionary): Subject {
  recorder.startEpisode();
  return burstOf(
    name,
    (step, i) => recorder.recordStep(step, i),
    () => recorder.flushSync(),
    make,
  );
}

/** The same step as a JSON message of an MCAP file. */
export async function stepsIntoMcap(name: string): Promise<Subject> {
  const add = await openMcap('step', 'json');
  const encoder = new TextEncoder();
  return {
    name,
    measure: async () => {
      const steps = makeSteps(STEPS, standardStep);
      const start = performance.now();
      for (let i = 0; i < steps.length; i++) await add(encoder.encode(JSON.stringify(steps[i])));
      return ((performance.now() - start) / STEPS) * 1e6;
    },
  };
}
