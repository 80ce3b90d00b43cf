/**
 * Ids as numbers, by their halves: making a bigint of each takes ten times as long. Exact up to 2^53, which ids are below.
 */
export function idsOf(stored: BigInt64Array): Float64Array {
  const low = new Uint32Array(stored.buffer, stored.byteOffset, stored.length * 2);
  const high = new Int32Array(stored.buffer, stored.byteOffset, stored.length * 2);
  const ids = new Float64Array(stored.length);
  for (let row = 0; row < ids.length; row++) ids[row] = low[2 * row]! + high[2 * row + 1]! * 2 ** 32;
  return ids;
}
