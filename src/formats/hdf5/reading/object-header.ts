import { Attributes } from '../attributes.ts';
import { MESSAGE, type Message } from '../messages/object-header.ts';
import type { Hdf5Source } from '../sink.ts';
import type { Placed } from '../storage.ts';
import { ByteReader, damaged, readStructure, verify } from './byte-reader.ts';
import { readDense } from './dense.ts';

/** An object of a file that is continued. */
export interface StoredHeader {
  readonly placed: Placed;
  readonly attributes: Attributes;
  readonly trackOrder: boolean;
  /** Messages that are not of attributes. */
  readonly messages: readonly Message[];
}

/** Longest prefix of a header of ours, up to its messages. */
const LONGEST_PREFIX = 14;

/** Reads an object header as `writeObjectHeader` makes it. @throws `NotARecording` */
export function readObjectHeader(source: Hdf5Source, address: number): StoredHeader {
  const prefix = readStructure(source, address, Math.min(LONGEST_PREFIX, source.size - address), 'OHDR');
  if (prefix.u8() !== 2) damaged(`the object header at ${address} is of another version`);
  const flags = prefix.u8();
  if ((flags & 0b10000) !== 0) prefix.skip(4);
  const size = prefix.uint(2 ** (flags & 3));
  const length = prefix.at + size;
  verify(source, address, length);
  const trackOrder = (flags & 0b100) !== 0;
  const messages: Message[] = [];
  for (const body = new ByteReader(source.read(address + prefix.at, size)); !body.isAtEnd; ) {
    const type = body.u8();
    const bytes = body.u16();
    const messageFlags = body.u8();
    const order = trackOrder ? body.u16() : 0;
    messages.push({ type, data: body.bytes(bytes), flags: messageFlags, order });
  }
  return {
    placed: { address, size: length + 4 },
    attributes: readAttributes(source, messages, trackOrder),
    trackOrder,
    messages: messages.filter(({ type }) => type !== MESSAGE.attribute && type !== MESSAGE.attributeInfo),
  };
}

function readAttributes(source: Hdf5Source, messages: readonly Message[], trackOrder: boolean): Attributes {
  const attributes = new Attributes(trackOrder);
  const info = messages.find(({ type }) => type === MESSAGE.attributeInfo);
  if (info === undefined) return attributes;
  const body = new ByteReader(info.data).skip(trackOrder ? 4 : 2);
  const places = { heap: body.u64(), names: body.u64(), orders: trackOrder ? body.u64() : 0 };
  if (places.heap < 0) {
    const stored = messages.filter(({ type }) => type === MESSAGE.attribute);
    attributes.adopt(
      stored.map(({ data }) => ({ name: attributeName(data), message: data, dense: null })),
      null,
    );
    return attributes;
  }
  const { index, entries } = readDense(source, 'attributes', places, trackOrder, (message, id) => ({
    name: attributeName(message),
    order: id - 1,
    message,
    dense: id,
  }));
  attributes.adopt(entries, index);
  return attributes;
}

/** Source: HDF5 File Format Specification Version 3.0, IV.A.2.m. */
function attributeName(message: Uint8Array): string {
  const length = new ByteReader(message).skip(2).u16() - 1;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(message.subarray(9, 9 + length));
}
