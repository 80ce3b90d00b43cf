import { SimtapeError } from '../../errors.ts';
import type { Reader } from '../reader.ts';
import type { Moment, MomentOptions } from './moment.ts';
import { timelineOf } from './timeline.ts';

/** Which moments are read. */
export interface FramesOptions extends MomentOptions {
  /** Seconds of simulation, both included. Default: all. */
  readonly from?: number;
  readonly to?: number;
}

/**
 * The frames of a span of time with their rows, or the steps of an episode, in the order of recording; only some of them
 * are in memory.
 *
 * @example
 * for await (const { time, tables } of framesOf(recording, { from: 1, to: 2 })) draw(time, tables.state);
 * @throws `InvalidConfig`, `NotFound`, when it is called
 */
export function framesOf(reader: Reader, options: FramesOptions = {}): AsyncGenerator<Moment, void> {
  const [from, to] = spanOf(options);
  return timelineOf(reader, options).moments(from, to);
}

/**
 * The span of time that options name.
 * @throws `InvalidConfig`
 */
export function spanOf({
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
}: FramesOptions): [from: number, to: number] {
  if (from <= to) return [from, to];
  throw new SimtapeError(
    'InvalidConfig',
    `from = ${from}, to = ${to}: takes a span of time, its start first`,
    {
      key: 'from',
      value: from,
    },
  );
}
