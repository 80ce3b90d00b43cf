import type { Dictionary, Recorder } from '../../src/index.ts';
import { openMcap } from '../mcap.ts';
import type { Subject } from '../statistics.ts';
import { makeSteps, standardStep } from './dictionaries.ts';

const STEPS = 2000;
type Loop = (target: unknown, steps: readonly Dictionary[]) => number;

let copies = 0;

/** A loop of its own around one call, so that V8 learns only about that one; returns milliseconds. */
function makeLoop(call: string): Loop {
  const source = `'use strict';
return (target, steps) => {
  const start = performance.now();
  for (let i = 0; i < steps.length; i++) ${call};
  return performance.now() - start;
};
// copy ${++copies}`;
  return new Function(source)() as Loop;
}

/** What is called, and what comes around it. */
export interface Burst {
  /** JavaScript that takes `steps[i]`; `target` is at hand. */
  readonly call: string;
  readonly target?: Recorder;
  readonly make?: (i: number) => Dictionary;
  /** Comes before each burst, and is not timed. */
  readonly before?: () => void;
  /** Counts processor time of the thread: on a busy machine most of a burst's time may be other programs'. */
  readonly processorTime?: boolean;
}

/** Nanoseconds a call over a burst of fresh dictionaries, which were made before the clock started. */
export function burst(name: string, options: Burst): Subject {
  const { call, target, make = standardStep, before, processorTime = false } = options;
  const loop = makeLoop(call);
  return {
    name,
    measure: () => {
      const steps = makeSteps(STEPS, make);
      before?.();
      const start = process.threadCpuUsage();
      const ms = loop(target, steps);
      const { user, system } = process.threadCpuUsage(start);
      target?.flushSync();
      return ((processorTime ? (user + system) / 1000 : ms) / STEPS) * 1e6;
    },
  };
}

/** `recordStep` in a recorder, dictionary by dictionary. */
export function stepsInto(name: string, target: Recorder, more?: Omit<Burst, 'call' | 'target'>): Subject {
  target.startEpisode();
  return burst(name, { call: 'target.recordStep(steps[i], i)', target, ...more });
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
