const NAMES = [
  'position_x',
  'position_y',
  'position_z',
  'rotation_x',
  'rotation_y',
  'rotation_z',
  'rotation_w',
  'velocity_x',
  'velocity_y',
  'velocity_z',
  'spin_x',
  'spin_y',
  'spin_z',
  'force_x',
  'force_y',
  'force_z',
  'torque_x',
  'torque_y',
  'torque_z',
  'energy',
] as const;

export type StateName = (typeof NAMES)[number];

/** Names of the 20 numbers of a body's state. */
export const STATE: readonly StateName[] = NAMES;

export const BODIES_PER_FRAME = 100;

/** A world's state: `STATE.length` numbers a body, one body after another. */
export function makeState(): Float64Array {
  return Float64Array.from({ length: BODIES_PER_FRAME * NAMES.length }, (_, i) => Math.sin(i + 0.5));
}

/** Moves everything a little: a random walk, cheap enough not to be what is measured. */
export function walk(state: Float64Array, seed: number): number {
  let random = seed | 1;
  for (let i = 0; i < state.length; i++) {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    state[i]! += random * 1e-12;
  }
  return random;
}
