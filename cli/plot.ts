import { extname } from 'node:path';
import { writeAtomically } from '../src/backends/parquet/files.ts';
import type { PlotKind } from '../src/plot/index.ts';
import { type ColourDepth, type Drawing, drawSvg, drawText, readDrawing, toPng } from '../src/plot/index.ts';
import { print, tell, write } from './output.ts';
import { describe, Failure, UsageError } from './problems.ts';
import { openNamed } from './recordings/locate.ts';
import { terminalSize } from './text/fit.ts';
import { bytes, clean, shownPath } from './text/format.ts';

export interface PlotFlags {
  readonly table?: string;
  readonly x?: string;
  readonly y?: string;
  readonly colour?: string;
  readonly kind?: PlotKind;
  readonly episode?: readonly number[];
  readonly agent?: readonly number[];
  readonly run?: string;
  readonly out?: string;
  readonly width?: number;
  readonly height?: number;
  readonly json?: boolean;
}

/** Size of a drawing in characters where no terminal says its own. */
const PLAIN = { columns: 100, rows: 42 };
/** Lines of the terminal that are left for what was typed. */
const LEFT_FREE = 2;

/** `simtape plot`: a picture of a recording, in a file or in the terminal. */
export async function plot(path: string, flags: PlotFlags): Promise<number> {
  const { out, json = false, width, height } = flags;
  const ending = out === undefined || out === '-' ? '.svg' : extname(out).toLowerCase();
  if (ending !== '.svg' && ending !== '.png') {
    throw new UsageError(`--out takes a file that ends in .svg or .png, or -, not '${out}'`);
  }
  if (out === undefined && (width ?? height) !== undefined) {
    throw new UsageError('--width and --height are those of a picture; give its name with --out plot.svg');
  }
  using reader = await openNamed(path);
  for (const note of reader.notes) tell(`note: ${note}`);
  const drawing = cleaned(await readDrawing(reader, flags));
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  const svg = out === undefined ? '' : await drawSvg(drawing, size);
  const image = ending === '.png' ? await toPng(svg) : Buffer.from(svg);
  if (out !== undefined && out !== '-') save(out, image);
  if (json) print(JSON.stringify({ path, ...drawing, ...(out === undefined ? {} : { out }) }));
  else if (out === undefined) print(inTerminal(drawing));
  else if (out === '-') await write(svg);
  else print(`${shownPath(out)}  ${bytes(image.length)}  ${drawing.title}`);
  return 0;
}

/** Writes a picture; where that fails, what was there before is there still. */
function save(path: string, image: Uint8Array): void {
  try {
    writeAtomically(path, [image], false);
  } catch (error) {
    throw new Failure(`cannot write ${path}: ${describe(error)}; choose another place with --out`);
  }
}

function inTerminal(drawing: Drawing): string {
  const depth = process.stdout.isTTY ? (process.stdout.getColorDepth() as ColourDepth) : 1;
  const { columns, rows } = terminalSize() ?? PLAIN;
  return drawText(drawing, { columns, rows: rows - LEFT_FREE, depth });
}

/** Names that a recording brings along hold nothing that a terminal would obey. */
function cleaned(drawing: Drawing): Drawing {
  const { title, caption, notes } = drawing;
  const texts = {
    title: clean(title),
    caption: clean(caption),
    notes: notes.map(clean),
    x: labelled(drawing.x),
    y: labelled(drawing.y),
  };
  if (drawing.kind === 'distribution') return { ...drawing, ...texts };
  const colour = drawing.colour === null ? null : labelled(drawing.colour);
  return { ...drawing, ...texts, lines: drawing.lines.map(labelled), colour };
}

function labelled<T extends { readonly label: string }>(one: T): T {
  return { ...one, label: clean(one.label) };
}
