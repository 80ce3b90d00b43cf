import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
/** How far a number may be off, in pixels. */
const TOLERANCE = 0.06;

/**
 * Compares a picture with one that was looked at and kept: the same elements and texts, and numbers within a tolerance.
 * UPDATE_PICTURES=1 keeps the new one instead.
 */
export function expectPicture(svg: string, name: string): void {
  const path = fileURLToPath(new URL(`reference/${name}.svg`, import.meta.url));
  if (process.env.UPDATE_PICTURES) writeFileSync(path, svg);
  const kept = readFileSync(path, 'utf8');
  expect(svg.replace(NUMBER, '#')).toBe(kept.replace(NUMBER, '#'));
  const [numbers, wanted] = [svg, kept].map((text) => text.match(NUMBER)!.map(Number));
  const far = numbers!.flatMap((value, i) =>
    Math.abs(value - wanted![i]!) > TOLERANCE ? [[value, wanted![i]]] : [],
  );
  expect(far).toEqual([]);
}
