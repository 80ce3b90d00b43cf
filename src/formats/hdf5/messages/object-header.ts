import { ByteWriter } from '../byte-writer.ts';

/** Types of header messages. Source: HDF5 File Format Specification Version 3.0, IV.A.2. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fillValue: 0x05,
  link: 0x06,
  layout: 0x08,
  groupInfo: 0x0a,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  btreeK: 0x13,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly type: number;
  readonly data: Uint8Array;
  /** Bit 0: constant; bit 2: not to be shared. */
  readonly flags?: number;
  /** Creation order of an attribute. */
  readonly order?: number;
}

/** Largest message: its size has two bytes. */
export const LARGEST_MESSAGE = 65535;

export interface HeaderOptions {
  /** Attributes know in which order they were created. */
  readonly trackOrder?: boolean;
  /** More attributes than the library would keep in a header by default are in it. */
  readonly manyAttributes?: boolean;
}

/** An object header of version 2, in one block. Source: IV.A.1.b. */
export function writeObjectHeader(messages: readonly Message[], options: HeaderOptions = {}): Uint8Array {
  const { trackOrder = false, manyAttributes = false } = options;
  const prefix = trackOrder ? 6 : 4;
  const size = messages.reduce((sum, { data }) => sum + prefix + data.length, 0);
  const sizeOfSize = size < 2 ** 8 ? 0 : size < 2 ** 16 ? 1 : 2;
  const out = new ByteWriter(size + 32)
    .text('OHDR')
    .u8(2)
    .u8(sizeOfSize | (trackOrder ? 0b1100 : 0) | (manyAttributes ? 0b10000 : 0));
  if (manyAttributes) out.u16(65535).u16(0);
  out.uint(size, 2 ** sizeOfSize);
  for (const { type, data, flags = 0, order = 0 } of messages) {
    out.u8(type).u16(data.length).u8(flags);
    if (trackOrder) out.u16(order);
    out.bytes(data);
  }
  return out.checksum().finish();
}
