import type { ByteBuffer } from './byte-buffer.ts';
import type { EncodingName } from './codes.ts';
import { encodeByteStreamSplit } from './encodings/byte-stream-split.ts';
import { encodeDelta32, encodeDelta64 } from './encodings/delta.ts';
import { encodeDeltaLength } from './encodings/delta-length.ts';
import { collectDictionary, type Dictionary, joinLabels, labelDictionary } from './encodings/dictionary.ts';
import { encodeHybrid } from './encodings/hybrid.ts';
import { encodePlainBools, encodePlainBytes, encodePlainWords } from './encodings/plain.ts';
import type { Leaf } from './leaf.ts';
import type { BytesValues } from './values/bytes.ts';
import type { BoolValues, CodeValues, WordValues } from './values/fixed.ts';
import type { Values } from './values/gather.ts';

/** How the values of a chunk are written. */
export interface ValueEncoder {
  /** The column's encoding, or what it fell back to. */
  readonly encoding: EncodingName;
  readonly dictionary: Dictionary | null;
  /** The values as pages are planned from; codes of labels have become text where no dictionary is used. */
  readonly values: Values;
  /** Appends values `from` to `to`. */
  write(from: number, to: number, out: ByteBuffer): void;
}

const encoder = new TextEncoder();

/** Chooses what writes the values. A dictionary that does not pay becomes DELTA_LENGTH_BYTE_ARRAY. */
export function valueEncoder(leaf: Leaf, values: Values, dictionaryBytes: number): ValueEncoder {
  if (values.form === 'words') return wordEncoder(leaf.encoding, values);
  if (values.form === 'bools') return boolEncoder(leaf.encoding, values);
  if (leaf.encoding !== 'RLE_DICTIONARY') {
    return bytesEncoder(leaf.encoding, values.form === 'codes' ? spell(leaf, values) : values);
  }
  const dictionary =
    values.form === 'codes'
      ? labelDictionary(values, labelBytes(leaf))
      : collectDictionary(values, dictionaryBytes);
  if (dictionary === null) {
    return bytesEncoder('DELTA_LENGTH_BYTE_ARRAY', values.form === 'codes' ? spell(leaf, values) : values);
  }
  const { indices, width } = dictionary;
  const write: ValueEncoder['write'] = (from, to, out) => {
    out.byte(width);
    encodeHybrid(indices, from, to, width, out);
  };
  return { encoding: 'RLE_DICTIONARY', dictionary, values, write };
}

function wordEncoder(encoding: EncodingName, values: WordValues): ValueEncoder {
  const { words } = values;
  const signed = new Int32Array(words.buffer, words.byteOffset, words.length);
  const write: ValueEncoder['write'] = (from, to, out) => {
    if (encoding === 'BYTE_STREAM_SPLIT') encodeByteStreamSplit(values, from, to, out);
    else if (encoding === 'PLAIN') encodePlainWords(values, from, to, out);
    else if (values.wordsEach === 1) encodeDelta32(signed, from, to, out);
    else encodeDelta64(words, from, to, out);
  };
  return { encoding, dictionary: null, values, write };
}

function boolEncoder(encoding: EncodingName, values: BoolValues): ValueEncoder {
  const write: ValueEncoder['write'] = (from, to, out) => {
    if (encoding === 'PLAIN') encodePlainBools(values, from, to, out);
    else out.withLength(() => encodeHybrid(values.values, from, to, 1, out));
  };
  return { encoding, dictionary: null, values, write };
}

function bytesEncoder(encoding: EncodingName, values: BytesValues): ValueEncoder {
  const write: ValueEncoder['write'] = (from, to, out) => {
    if (encoding === 'PLAIN') encodePlainBytes(values, from, to, out);
    else encodeDeltaLength(values, from, to, out);
  };
  return { encoding, dictionary: null, values, write };
}

function labelBytes(leaf: Leaf): Uint8Array[] {
  return leaf.labels.map((label) => encoder.encode(label));
}

/** The labels that codes stand for. */
function spell(leaf: Leaf, values: CodeValues): BytesValues {
  const labels = labelBytes(leaf);
  return joinLabels(Array.from(values.values, (code) => labels[code]!));
}
