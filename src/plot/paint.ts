/** How many bits of colour a terminal shows: 1 is none. */
export type ColourDepth = 1 | 4 | 8 | 24;

/** Writes a text in a colour such as `#4477aa`. */
export type Paint = (text: string, colour: string) => string;

/** Paints for a terminal, with the nearest colour that it has; where it has too few, not at all. */
export function painter(depth: ColourDepth): Paint {
  if (depth < 8) return (text) => text;
  const code = depth === 24 ? exact : nearest;
  return (text, colour) => `\u001b[38;${code(parts(colour))}m${text}\u001b[39m`;
}

type Rgb = readonly [red: number, green: number, blue: number];

function parts(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function exact(rgb: Rgb): string {
  return `2;${rgb.join(';')}`;
}

/** In the cube of six steps a channel that terminals of 256 colours have from number 16 on. */
function nearest(rgb: Rgb): string {
  const [red, green, blue] = rgb.map((part) =>
    part < 48 ? 0 : part < 115 ? 1 : Math.floor((part - 35) / 40),
  );
  return `5;${16 + 36 * red! + 6 * green! + blue!}`;
}
