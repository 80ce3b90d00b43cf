import type { Dictionary } from '../../src/index.ts';

/** A step in the standard format: times in seconds, positions in metres, angles in radians. */
export function standardStep(i: number): Dictionary {
  const x = i * 0.125 + 0.1;
  return {
    timestamp: 1.7e9 + i * 0.01 + 0.001,
    position: [x, x * 0.5],
    orientation: x * 0.01,
    velocity: [x * 0.3, x * 0.2],
    concentration: 1 / x,
    gradient: [x * 0.7, x * 0.9],
    action: { linear: x * 0.1, angular: x * 0.2 },
    reward: x * 0.25,
    done: false,
    info: { plume: 3, casting: true },
  };
}

/** The same without the time, which the recorder then adds. */
export function timelessStep(i: number): Dictionary {
  const x = i * 0.125 + 0.1;
  return {
    position: [x, x * 0.5],
    orientation: x * 0.01,
    velocity: [x * 0.3, x * 0.2],
    concentration: 1 / x,
    gradient: [x * 0.7, x * 0.9],
    action: { linear: x * 0.1, angular: x * 0.2 },
    reward: x * 0.25,
    done: false,
    info: { plume: 3, casting: true },
  };
}

/** Dictionaries that were made before the clock starts. */
export function makeSteps(count: number, make: (i: number) => Dictionary): Dictionary[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
