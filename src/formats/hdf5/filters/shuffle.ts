import { splitWords } from '../../planes.ts';

/**
 * The shuffle filter: all first bytes of the elements, then all second bytes, and so on.
 * Source: HDF5 File Format Specification Version 3.0, IV.A.2.l, filter 2; bytes behind the last whole element stay.
 */
export function shuffle(source: Uint8Array, elementSize: number, target: Uint8Array): void {
  const count = Math.floor(source.length / elementSize);
  const whole = count * elementSize;
  if (wordsFit(source, elementSize, count) && target.byteOffset % 4 === 0) {
    shuffleWords(source, elementSize, count, target);
  } else {
    shuffleBytes(source, elementSize, count, target);
  }
  target.set(source.subarray(whole), whole);
}

/** Undoes {@link shuffle}. */
export function unshuffle(source: Uint8Array, elementSize: number, target: Uint8Array): void {
  const count = Math.floor(source.length / elementSize);
  for (let k = 0, i = 0; k < elementSize; k++) {
    for (let at = k; at < count * elementSize; at += elementSize) target[at] = source[i++]!;
  }
  target.set(source.subarray(count * elementSize), count * elementSize);
}

function wordsFit(source: Uint8Array, elementSize: number, count: number): boolean {
  return elementSize % 4 === 0 && count % 4 === 0 && source.byteOffset % 4 === 0;
}

function shuffleBytes(source: Uint8Array, elementSize: number, count: number, target: Uint8Array): void {
  for (let k = 0, i = 0; k < elementSize; k++) {
    for (let at = k; at < count * elementSize; at += elementSize) target[i++] = source[at]!;
  }
}

/** Signed, because the results of bitwise operators are: nothing is converted on the way. */
function shuffleWords(source: Uint8Array, elementSize: number, count: number, target: Uint8Array): void {
  const words = new Int32Array(source.buffer, source.byteOffset, (count * elementSize) / 4);
  const size = count / 4;
  const stream = (k: number) => new Int32Array(target.buffer, target.byteOffset + k * count, size);
  const step = elementSize / 4;
  for (let word = 0; word < step; word++) {
    const k = word * 4;
    splitWords(words, word, step, count, stream(k), stream(k + 1), stream(k + 2), stream(k + 3));
  }
}
