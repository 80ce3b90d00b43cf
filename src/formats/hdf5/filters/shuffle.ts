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
    splitWords(words, word, step, size, stream(k), stream(k + 1), stream(k + 2), stream(k + 3));
  }
}

/** Every `step`-th word from `first` on into four streams: four elements become a word of each stream. */
function splitWords(
  source: Int32Array,
  first: number,
  step: number,
  size: number,
  s0: Int32Array,
  s1: Int32Array,
  s2: Int32Array,
  s3: Int32Array,
): void {
  for (let at = 0, i = first; at < size; at++, i += 4 * step) {
    const a = source[i]!;
    const b = source[i + step]!;
    const c = source[i + 2 * step]!;
    const d = source[i + 3 * step]!;
    // Bytes are exchanged between neighbours, then halves of words.
    const even1 = (a & 0xff00ff) | ((b & 0xff00ff) << 8);
    const odd1 = ((a >>> 8) & 0xff00ff) | (b & 0xff00ff00);
    const even2 = (c & 0xff00ff) | ((d & 0xff00ff) << 8);
    const odd2 = ((c >>> 8) & 0xff00ff) | (d & 0xff00ff00);
    s0[at] = (even1 & 0xffff) | (even2 << 16);
    s1[at] = (odd1 & 0xffff) | (odd2 << 16);
    s2[at] = (even1 >>> 16) | (even2 & 0xffff0000);
    s3[at] = (odd1 >>> 16) | (odd2 & 0xffff0000);
  }
}
