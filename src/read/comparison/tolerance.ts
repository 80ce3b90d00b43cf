import { SimtapeError } from '../../errors.ts';

/**
 * By how much numbers may differ: a number is an absolute bound. With both bounds, a difference within either is
 * tolerated; the relative one is of the larger of the two values.
 */
export type Tolerance = number | { readonly absolute?: number; readonly relative?: number };

/** Both bounds; 0 tolerates nothing. */
export interface Bounds {
  readonly absolute: number;
  readonly relative: number;
}

/** @throws `InvalidConfig` */
export function boundsOf(key: string, tolerance: Tolerance): Bounds {
  const given = typeof tolerance === 'number' ? { absolute: tolerance } : tolerance;
  const { absolute = 0, relative = 0 } = given;
  for (const value of [absolute, relative]) {
    if (typeof value === 'number' && value >= 0) continue;
    throw new SimtapeError('InvalidConfig', `${key} = ${value}: takes a number from 0 on`, { key, value });
  }
  return { absolute, relative };
}
