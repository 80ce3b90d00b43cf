/**
 * A text as HDF5 can have it: U+001A, "substitute", for each U+0000, and U+FFFD for lone surrogates. Where it matters, the
 * text stands as it was in another place.
 */
export function hdf5Text(text: string): string {
  return text.replaceAll('\0', '\u001a').toWellFormed();
}
