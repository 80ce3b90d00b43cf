/** The same direction in (-pi, pi]; `angle` in radians, finite. */
export function wrapAngle(angle: number): number {
  const wrapped = angle - 2 * Math.PI * Math.ceil((angle - Math.PI) / (2 * Math.PI));
  // Rounding of a large angle may land on the open end.
  return wrapped <= -Math.PI ? Math.PI : wrapped;
}
