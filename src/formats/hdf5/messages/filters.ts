import { SimtapeError, show } from '../../../errors.ts';
import { ByteWriter } from '../byte-writer.ts';

/**
 * What is done to a chunk before it is stored, in this order: shuffle, compression, checksum.
 *
 * - `shuffle`: all first bytes of the elements, then all second bytes, and so on; numbers compress better so;
 * - `compression`: `{ deflate: level }` (1 to 9; h5py's "gzip") or `'lzf'` (h5py's own; other readers need a plugin);
 * - `fletcher32`: a checksum, which readers verify; not for what stands in the global heap.
 */
export interface Filters {
  readonly shuffle?: boolean;
  readonly compression?: { readonly deflate: number } | 'lzf' | undefined;
  readonly fletcher32?: boolean;
}

/** Refuses what cannot be, with `InvalidConfig`. SZIP is refused too. */
export function refuseFilters({ compression }: Filters): void {
  if (compression === undefined || compression === 'lzf') return;
  const level = typeof compression === 'object' && compression !== null ? compression.deflate : null;
  if (typeof level === 'number' && Number.isInteger(level) && level >= 1 && level <= 9) return;
  const refuse = (why: string): never => {
    throw new SimtapeError('InvalidConfig', why, { key: 'compression', value: compression });
  };
  if (level !== null) refuse(`the level of deflate is ${show(level)}, but must be an integer from 1 to 9`);
  if (/szip/i.test(JSON.stringify(compression))) {
    refuse(
      'szip is not written: many readers are built without it. ' +
        'Shuffle with { deflate: 1 } compresses numbers as well, shuffle with lzf faster',
    );
  }
  refuse(`there is no compression ${show(compression)}; there are { deflate: 1 to 9 } and 'lzf'`);
}

/** One filter as the message describes it. Source: IV.A.2.l. */
interface Description {
  readonly id: number;
  /** For filters that are not the library's own. */
  readonly name?: string;
  /** A chunk on which the filter has no effect is stored without it. */
  readonly optional: boolean;
  readonly values: readonly number[];
}

/** The filters of a dataset in the order in which they are applied. */
export function describeFilters(filters: Filters, elementSize: number, chunkBytes: number): Description[] {
  const { shuffle, compression, fletcher32 } = filters;
  const described: Description[] = [];
  if (shuffle === true) described.push({ id: 2, optional: true, values: [elementSize] });
  // Revision of h5py's filter, version of LibLZF, bytes of a chunk: what h5py stores. Source: h5py, lzf/README.txt.
  if (compression === 'lzf') {
    described.push({ id: 32000, name: 'lzf', optional: true, values: [4, 0x105, chunkBytes] });
  } else if (compression !== undefined) {
    described.push({ id: 1, optional: true, values: [compression.deflate] });
  }
  if (fletcher32 === true) described.push({ id: 3, optional: false, values: [] });
  return described;
}

/** A filter pipeline message of version 2. Source: HDF5 File Format Specification Version 3.0, IV.A.2.l. */
export function writeFilters(described: readonly Description[]): Uint8Array {
  const out = new ByteWriter(64).u8(2).u8(described.length);
  for (const { id, name, optional, values } of described) {
    out.u16(id);
    if (id >= 256) out.u16((name ?? '').length + 1);
    out.u16(optional ? 1 : 0).u16(values.length);
    if (id >= 256) out.text(name ?? '').u8(0);
    for (const value of values) out.u32(value);
  }
  return out.finish();
}
