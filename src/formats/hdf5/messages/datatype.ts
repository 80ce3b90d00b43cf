import { SimtapeError } from '../../../errors.ts';
import { ByteWriter } from '../byte-writer.ts';
import { elementSize, type Hdf5Number, type Hdf5Type, storedNumber } from '../types.ts';
import { isText } from './link.ts';

/** Classes of datatypes. Source: HDF5 File Format Specification Version 3.0, IV.A.2.d. */
const CLASS = { integer: 0, float: 1, string: 3, opaque: 5, enum: 8, vlen: 9 } as const;

/** Version 1 of the message, which every reader has; it holds all of our types. */
const VERSION = 1 << 4;

/**
 * A datatype message, alone or within another. Source: IV.A.2.d.
 * @throws `InvalidConfig` for a type that cannot be.
 */
export function writeDatatype(type: Hdf5Type): Uint8Array {
  if (type === 'bool') return writeEnum('i8', ['FALSE', 'TRUE']);
  if (typeof type === 'object' && type.kind === 'enum') {
    refuseLabels(type.labels);
    return writeEnum(storedNumber(type)!, type.labels);
  }
  const number = storedNumber(type);
  if (number !== null) return writeNumber(number);
  if (typeof type === 'object') {
    const { kind, length } = type as { kind: 'utf8' | 'bytes'; length: number };
    if (!Number.isInteger(length) || length < 1 || length > 2 ** 24) {
      const message = `a ${kind} of length ${length} cannot be: the length is an integer from 1 to 2^24`;
      throw new SimtapeError('InvalidConfig', message, { key: 'dtype.length', value: length });
    }
    // Text filled up with zeros (1) in UTF-8 (1 << 4); bytes without a tag.
    return header(kind === 'utf8' ? CLASS.string : CLASS.opaque, kind === 'utf8' ? 0x11 : 0, length).finish();
  }
  // A string (1) in UTF-8 (1 << 8), or a sequence (0), of single bytes.
  return header(CLASS.vlen, type === 'utf8' ? 0x101 : 0, elementSize(type))
    .bytes(writeNumber('u8'))
    .finish();
}

function header(kind: number, bits: number, size: number): ByteWriter {
  return new ByteWriter(64)
    .u8(VERSION | kind)
    .uint(bits, 3)
    .u32(size);
}

function writeNumber(number: Hdf5Number): Uint8Array {
  const size = elementSize(number);
  if (number === 'f32') {
    const out = header(CLASS.float, 0x20 | (31 << 8), size);
    return out.u16(0).u16(32).u8(23).u8(8).u8(0).u8(23).u32(127).finish();
  }
  if (number === 'f64') {
    const out = header(CLASS.float, 0x20 | (63 << 8), size);
    return out.u16(0).u16(64).u8(52).u8(11).u8(0).u8(52).u32(1023).finish();
  }
  const signed = number.startsWith('i') ? 0x08 : 0;
  return header(CLASS.integer, signed, size)
    .u16(0)
    .u16(size * 8)
    .finish();
}

function writeEnum(base: Hdf5Number, labels: readonly string[]): Uint8Array {
  const size = elementSize(base);
  const out = header(CLASS.enum, labels.length, size).bytes(writeNumber(base));
  for (const label of labels) {
    const start = out.length;
    out.text(label).u8(0).pad8(start);
  }
  for (let code = 0; code < labels.length; code++) out.uint(code, size);
  return out.finish();
}

function refuseLabels(labels: readonly string[]): void {
  const refuse = (why: string): never => {
    throw new SimtapeError('InvalidConfig', `an enum ${why}`, { key: 'dtype.labels', value: labels });
  };
  if (labels.length < 1 || labels.length > 65535) refuse(`has 1 to 65535 labels, not ${labels.length}`);
  if (new Set(labels).size < labels.length) refuse('has each label once');
  const odd = labels.find((label) => label === '' || !isText(label));
  if (odd !== undefined)
    refuse(`cannot have the label ${JSON.stringify(odd)}: a name in HDF5 is well-formed text without U+0000`);
}
