import type { Leaf } from './leaf.ts';
import type { Bounds } from './statistics/bounds.ts';
import { boolBounds, floatBounds, intBounds, wideBounds } from './statistics/numbers.ts';
import { bytesBounds, dictionaryBounds } from './statistics/texts.ts';
import type { ValueEncoder } from './value-encoder.ts';
import type { WordValues } from './values/fixed.ts';

/** Gives the bounds of stretches of a chunk's values, in the order of the column's type. */
export function boundsOf(
  leaf: Leaf,
  { values, dictionary }: ValueEncoder,
): (from: number, to: number) => Bounds {
  if (dictionary !== null) return dictionaryBounds(dictionary);
  if (values.form === 'bytes') return (from, to) => bytesBounds(values, from, to);
  if (values.form === 'words') return wordBounds(leaf, values);
  if (values.form === 'codes') throw new TypeError('codes without a dictionary have been spelled out');
  const bools = values.values;
  return (from, to) => boolBounds(bools, from, to);
}

function wordBounds(leaf: Leaf, { words }: WordValues): (from: number, to: number) => Bounds {
  const { buffer, byteOffset, byteLength } = words;
  if (leaf.physical === 'INT64') {
    const signed = leaf.kind !== 'u64';
    return (from, to) => wideBounds(words, from, to, signed);
  }
  if (leaf.physical === 'DOUBLE') {
    const doubles = new Float64Array(buffer, byteOffset, byteLength / 8);
    return (from, to) => floatBounds(doubles, from, to);
  }
  if (leaf.physical === 'FLOAT') {
    const floats = new Float32Array(buffer, byteOffset, byteLength / 4);
    return (from, to) => floatBounds(floats, from, to);
  }
  const unsigned = leaf.kind === 'u32';
  const integers = unsigned ? words : new Int32Array(buffer, byteOffset, byteLength / 4);
  return (from, to) => intBounds(integers, from, to);
}
