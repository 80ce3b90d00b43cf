import { ByteWriter, UNDEFINED } from '../byte-writer.ts';

/** A hard link of a group to an object. */
export interface Link {
  readonly name: string;
  /** Where the link came in its group; null where groups do not track that. */
  readonly order: number | null;
  /** Address of the object's header. */
  readonly address: number;
}

/** Characters of a name. A header message, which holds name and all, has at most 64 KB. */
export const LONGEST_NAME = 20_000;

/** Whether a link or attribute can have a name. */
export function isName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && isText(name);
}

/** Whether HDF5 can hold a text as it is: readers in C end it at U+0000, and UTF-8 has no lone surrogates. */
export function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const encoder = new TextEncoder();

/** Source: HDF5 File Format Specification Version 3.0, IV.A.2.g. */
export function writeLink({ name, order, address }: Link): Uint8Array {
  const text = encoder.encode(name);
  const sizeOfLength = text.length < 2 ** 8 ? 0 : 1;
  const unicode = text.length > name.length;
  const out = new ByteWriter(text.length + 32);
  out.u8(1).u8(sizeOfLength | (order === null ? 0 : 0b100) | (unicode ? 0b10000 : 0));
  if (order !== null) out.u64(order);
  if (unicode) out.u8(1);
  return out
    .uint(text.length, sizeOfLength + 1)
    .bytes(text)
    .u64(address)
    .finish();
}

/** Where links or attributes are that do not stand in the object header; null where all do. */
export interface DensePlaces {
  readonly heap: number;
  readonly names: number;
  /** Index by creation order, where that is tracked. */
  readonly orders: number;
}

export const NOT_DENSE: DensePlaces = { heap: UNDEFINED, names: UNDEFINED, orders: UNDEFINED };

/** Source: IV.A.2.c. `next` is the creation order of the next link. */
export function writeLinkInfo(trackOrder: boolean, next: number, places: DensePlaces): Uint8Array {
  const out = new ByteWriter(64).u8(0).u8(trackOrder ? 3 : 0);
  if (trackOrder) out.u64(next);
  out.u64(places.heap).u64(places.names);
  if (trackOrder) out.u64(places.orders);
  return out.finish();
}

/** Up to `most` links stand in the object header. Source: IV.A.2.k. */
export function writeGroupInfo(most: number): Uint8Array {
  return new ByteWriter()
    .u8(0)
    .u8(1)
    .u16(most)
    .u16(Math.floor(most / 2))
    .finish();
}

/** Source: IV.A.2.v. */
export function writeAttributeInfo(trackOrder: boolean, next: number, places: DensePlaces): Uint8Array {
  const out = new ByteWriter(64).u8(0).u8(trackOrder ? 3 : 0);
  if (trackOrder) out.u16(next);
  out.u64(places.heap).u64(places.names);
  if (trackOrder) out.u64(places.orders);
  return out.finish();
}
