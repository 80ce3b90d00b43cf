import type { ColumnSlice } from '../column.ts';
import type { Leaf } from '../leaf.ts';
import { type BytesValues, gatherBytes } from './bytes.ts';
import {
  type BoolValues,
  type CodeValues,
  gatherBools,
  gatherCodes,
  gatherWords,
  type WordValues,
} from './fixed.ts';
import type { Validity } from './validity.ts';

/** The values of a column chunk without its nulls, in one piece. */
export type Values = WordValues | BoolValues | CodeValues | BytesValues;

export function gatherValues(leaf: Leaf, slices: readonly ColumnSlice[], validity: Validity): Values {
  if (leaf.kind === 'bool') return gatherBools(leaf, slices, validity);
  if (leaf.kind === 'enum') return gatherCodes(leaf, slices, validity);
  if (leaf.physical === 'BYTE_ARRAY') return gatherBytes(leaf, slices, validity);
  return gatherWords(leaf, slices, validity);
}
