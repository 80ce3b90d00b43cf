import { SimtapeError } from '../errors.ts';

export const PLOT_KINDS = ['trajectory', 'series', 'distribution'] as const;
/** Ways in a plane, values over time, or how often values come. */
export type PlotKind = (typeof PLOT_KINDS)[number];

/** What to draw of a recording. What is not given is chosen by what the recording holds. */
export interface PlotOptions {
  readonly table?: string;
  /** A column of numbers; `simulation_time` also of a table whose rows refer to frames. */
  readonly x?: string;
  /** A column of numbers; of a distribution the one whose values are counted. */
  readonly y?: string;
  /** A column of numbers that lines are coloured by; without it, they are coloured by what they are lines of. */
  readonly colour?: string;
  readonly kind?: PlotKind;
  /** Numbers of episodes, and of agents, that are drawn. */
  readonly episode?: number | readonly number[];
  readonly agent?: number | readonly number[];
  /** Rows of this run only. */
  readonly run?: string;
}

/** How large a picture is. */
export interface PictureOptions {
  /** Size in CSS pixels; default 880 wide, and as high as suits the data. */
  readonly width?: number;
  readonly height?: number;
}

const LEAST = 240;
const MOST = 8000;

/** @throws `InvalidConfig` for a size that is no picture's */
export function checkSize(name: 'width' | 'height', value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= LEAST && value <= MOST)) return;
  const message = `${name} = ${value}: takes a whole number of pixels from ${LEAST} to ${MOST}`;
  throw new SimtapeError('InvalidConfig', message, { key: name, value });
}
