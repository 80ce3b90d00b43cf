import { UNDEFINED } from './byte-writer.ts';
import { FileObject, type Parent } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import { writeDataspace } from './messages/dataspace.ts';
import { writeDatatype } from './messages/datatype.ts';
import { writeCompactLayout, writeContiguousLayout, writeFillValue } from './messages/layout.ts';
import { MESSAGE, type Message } from './messages/object-header.ts';
import { attributesOf, type FixedOptions, refuseShape } from './options.ts';
import { elementSize } from './types.ts';
import { ChunkBuffer } from './values/chunk-buffer.ts';
import { countElements, invalidRows } from './values/row-data.ts';

/** Bytes of data that stand within the object header, which every checkpoint of a change writes again. */
const MOST_COMPACT = 1024;

/** A dataset that is complete when it is made. A shape of no sizes is a single value. */
export class FixedDataset extends FileObject {
  readonly #messages: Message[];

  /** @throws `InvalidConfig` or `InvalidBatch` */
  constructor(path: string, parent: Parent | null, parts: FileParts, options: FixedOptions) {
    super(path, parent, parts);
    const { dtype, shape, data } = options;
    refuseShape(path, shape, 0);
    const datatype = writeDatatype(dtype);
    const wanted = shape.reduce((product, size) => product * size, 1);
    const elements = countElements(path, dtype, data);
    if (elements !== wanted) invalidRows(path, `${elements} elements, but its shape has ${wanted}`);
    const size = elementSize(dtype);
    const buffer = new ChunkBuffer({ dtype, elementSize: size, perRow: 1, fill: null }, elements);
    buffer.copy(data, 0, elements, null, parts.heap);
    const compact = elements * size <= MOST_COMPACT;
    this.#messages = [
      { type: MESSAGE.dataspace, data: writeDataspace(shape) },
      { type: MESSAGE.datatype, data: datatype, flags: 1 },
      { type: MESSAGE.fillValue, data: writeFillValue(compact ? 'compact' : 'contiguous', null), flags: 1 },
      { type: MESSAGE.layout, data: layoutOf(buffer.view(elements), compact, parts) },
    ];
    this.setAttributes(attributesOf(options));
  }

  finish(): void {}

  protected messages(): Message[] {
    return this.#messages;
  }
}

function layoutOf(bytes: Uint8Array, compact: boolean, { storage }: FileParts): Uint8Array {
  if (compact) return writeCompactLayout(bytes);
  const { address, size } = bytes.length === 0 ? { address: UNDEFINED, size: 0 } : storage.place(bytes);
  return writeContiguousLayout(address, size);
}
