import { defaultPlumeOptions, type PlumeOptions } from './options.ts';

/** What an option may be, in words, and the test for it. */
interface Rule {
  readonly allowed: string;
  readonly test: (value: unknown) => boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);

const count: Rule = {
  allowed: 'an integer of 1 or more',
  test: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};
const index: Rule = {
  allowed: 'an integer of 0 or more',
  test: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
const positive: Rule = {
  allowed: 'a finite number above 0',
  test: (value) => isNumber(value) && value > 0,
};
const nonNegative: Rule = {
  allowed: 'a finite number of 0 or more',
  test: (value) => isNumber(value) && value >= 0,
};
const point: Rule = { allowed: 'two finite numbers [x, y]', test: isPair };
const range: Rule = {
  allowed: 'two finite numbers [least, most] with 0 <= least <= most',
  test: (value) => isPair(value) && value[0] >= 0 && value[0] <= value[1],
};
const growth: Rule = {
  allowed: 'a finite number of 1 or more',
  test: (value) => isNumber(value) && value >= 1,
};
const angle: Rule = {
  allowed: 'a number from 0 to pi',
  test: (value) => isNumber(value) && value >= 0 && value <= Math.PI,
};
const callback: Rule = {
  allowed: 'a function',
  test: (value) => value === undefined || typeof value === 'function',
};

const RULES: Readonly<Record<keyof PlumeOptions, Rule>> = {
  episodes: count,
  firstEpisode: index,
  steps: count,
  agents: count,
  seed: index,
  timeStep: positive,
  warmUp: nonNegative,
  arenaLength: positive,
  arenaWidth: positive,
  source: point,
  successRadius: positive,
  startDistance: range,
  startOffset: nonNegative,
  coverageCell: positive,
  windSpeed: positive,
  windGust: nonNegative,
  windMeander: nonNegative,
  windCorrelationTime: positive,
  releaseRate: positive,
  emissionRate: nonNegative,
  puffRadius: positive,
  puffGrowth: nonNegative,
  puffDispersion: nonNegative,
  puffMaxAge: positive,
  sensorThreshold: positive,
  maxSpeed: positive,
  maxTurnRate: positive,
  surgeTime: nonNegative,
  castWidth: positive,
  castGrowth: growth,
  castAngle: angle,
  onProgress: callback,
  onEpisode: callback,
};

/** Bounds memory (five columns of 8 bytes a puff) and the time of a step. */
const MOST_PUFFS = 1_000_000;

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function reject(name: string, value: unknown, allowed: string): never {
  throw new RangeError(`plume option '${name}' is ${show(value)}; allowed: ${allowed}`);
}

/**
 * The options with the defaults filled in.
 *
 * @throws RangeError that names the option, its value and what is allowed; also for a name that is not an
 * option
 */
export function resolvePlumeOptions(options: Partial<PlumeOptions>): PlumeOptions {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(RULES, name)) reject(name, value, `one of ${Object.keys(RULES).join(', ')}`);
  }
  const resolved: PlumeOptions = { ...defaultPlumeOptions, ...options };
  for (const [name, rule] of Object.entries(RULES)) {
    const value = resolved[name as keyof PlumeOptions];
    if (!rule.test(value)) reject(name, value, rule.allowed);
  }
  checkTogether(resolved);
  return resolved;
}

function checkTogether(options: PlumeOptions): void {
  const { source, arenaLength, arenaWidth, startDistance, startOffset, releaseRate, puffMaxAge } = options;
  const [x, y] = source;
  if (x < 0 || x > arenaLength || y < 0 || y > arenaWidth) {
    reject('source', source, `a point of the arena, [0, ${arenaLength}] x [0, ${arenaWidth}]`);
  }
  const farthest = arenaLength - x;
  if (startDistance[1] > farthest) {
    reject('startDistance', startDistance, `at most ${farthest} m, where the arena ends`);
  }
  const widest = Math.min(y, arenaWidth - y);
  if (startOffset > widest) reject('startOffset', startOffset, `at most ${widest} m, where the arena ends`);
  if (releaseRate * puffMaxAge > MOST_PUFFS) {
    reject('releaseRate', releaseRate, `at most ${MOST_PUFFS} puffs alive, releaseRate * puffMaxAge`);
  }
}
