/** Copies `each` elements of each of the rows listed, from `first` and to `target` on. */
export function copyElements(
  source: Uint32Array | Uint8Array,
  first: number,
  bytes: Uint32Array | Uint8Array,
  target: number,
  each: number,
  rows: Int32Array,
): void {
  let to = target;
  for (let i = 0; i < rows.length; i++) {
    const from = first + rows[i]! * each;
    for (let k = 0; k < each; k++) bytes[to++] = source[from + k]!;
  }
}
