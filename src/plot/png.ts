import { SimtapeError } from '../errors.ts';

/** Pixels of an image for each CSS pixel of a picture: as screens of today have them. */
const SCALE = 2;

/**
 * A picture as a PNG image, twice as many pixels wide and high as the SVG.
 * @throws `BackendUnavailable` where resvg does not load, or finds no font on this computer
 */
export async function toPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await loadResvg();
  const options = { fitTo: { mode: 'zoom', value: SCALE }, font: { loadSystemFonts: true } } as const;
  const image = new Resvg(svg, options);
  const text = new Resvg(
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="15">x</text></svg>',
  );
  // Without a font it leaves all text out and says nothing.
  if (text.getBBox() === undefined) throw unavailable('found no font on this computer: install one');
  return image.render().asPng();
}

async function loadResvg(): Promise<typeof import('@resvg/resvg-js')> {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    throw unavailable(`does not load (${(cause as Error).message}): npm install @resvg/resvg-js`, cause);
  }
}

function unavailable(why: string, cause?: unknown): SimtapeError<'BackendUnavailable'> {
  const message = `a PNG image is made by @resvg/resvg-js, which ${why}, or write an .svg`;
  return new SimtapeError('BackendUnavailable', message, { backend: 'png' }, cause);
}
