import type { Reader } from '../read/reader.ts';
import { readDrawing } from './drawing.ts';
import type { PictureOptions, PlotOptions } from './options.ts';
import { drawSvg } from './svg.ts';

export type { Axis, BarDrawing, ColourAxis, Drawing, Line, LineDrawing, Mark } from './drawing.ts';
export { readDrawing } from './drawing.ts';
export type { Bar } from './histogram.ts';
export type { PictureOptions, PlotKind, PlotOptions } from './options.ts';
export type { ColourDepth } from './paint.ts';
export { toPng } from './png.ts';
export { drawSvg } from './svg.ts';
export { drawText, type TerminalOptions } from './terminal.ts';

/**
 * Draws a recording as SVG: trajectories of agents, values over time, or a distribution. What the options leave open is
 * chosen by what the recording holds.
 * @throws `NotFound`, `InvalidConfig` for what cannot be drawn
 */
export async function plotRecording(
  reader: Reader,
  options: PlotOptions & PictureOptions = {},
): Promise<string> {
  return drawSvg(await readDrawing(reader, options), options);
}
