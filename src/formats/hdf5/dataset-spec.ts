import { SimtapeError } from '../../errors.ts';
import type { Compressors } from './filters/pipeline.ts';
import { Pipeline } from './filters/pipeline.ts';
import { writeDataspace } from './messages/dataspace.ts';
import { writeDatatype } from './messages/datatype.ts';
import type { Filters } from './messages/filters.ts';
import { writeCompactLayout, writeFillValue } from './messages/layout.ts';
import { MESSAGE, type Message } from './messages/object-header.ts';
import { type ChunkedOptions, chunkRowsOf, fillBytes, refuseShape, rowBytesOf } from './options.ts';
import { elementSize, type Hdf5Type, isInHeap } from './types.ts';

/** Options of a growing dataset, checked and worked out. */
export interface DatasetSpec {
  readonly path: string;
  readonly dtype: Hdf5Type;
  /** Rows that there are at least. */
  readonly leastRows: number;
  readonly maxRows: number | null;
  /** The size of each row. */
  readonly rowShape: readonly number[];
  readonly elementSize: number;
  /** Elements of a row. */
  readonly perRow: number;
  readonly rowBytes: number;
  readonly chunkRows: number;
  readonly compactWhenSmall: boolean;
  /** What an element is that was not given; null for zeros. */
  readonly fill: Uint8Array | null;
  readonly datatype: Uint8Array;
  readonly pipeline: Pipeline;
}

/** @throws `InvalidConfig` for options that cannot be. */
export function specify(path: string, options: ChunkedOptions, compressors: Compressors): DatasetSpec {
  const { dtype, shape, maxRows = null, filters = {} } = options;
  refuseShape(path, shape, 1);
  const datatype = writeDatatype(dtype);
  const size = elementSize(dtype);
  refuseChecksum(path, dtype, filters);
  const rowBytes = rowBytesOf(dtype, shape);
  return {
    path,
    dtype,
    leastRows: shape[0]!,
    maxRows,
    rowShape: shape.slice(1),
    elementSize: size,
    perRow: rowBytes / size,
    rowBytes,
    chunkRows: chunkRowsOf(path, options, rowBytes),
    compactWhenSmall: options.compactWhenSmall ?? false,
    fill: fillBytes(path, options),
    datatype,
    pipeline: new Pipeline(filters, size, compressors),
  };
}

/** The messages of a dataset whose data stand within its header, and that does not grow. */
export function compactMessages(spec: DatasetSpec, rows: number, data: Uint8Array): Message[] {
  return [
    { type: MESSAGE.dataspace, data: writeDataspace([rows, ...spec.rowShape]) },
    { type: MESSAGE.datatype, data: spec.datatype, flags: 1 },
    { type: MESSAGE.fillValue, data: writeFillValue('compact', spec.fill), flags: 1 },
    { type: MESSAGE.layout, data: writeCompactLayout(data) },
  ];
}

/** The HDF5 library makes no such dataset, and h5repack crashes over one. */
function refuseChecksum(path: string, dtype: Hdf5Type, { fletcher32 }: Filters): void {
  if (!isInHeap(dtype) || fletcher32 !== true) return;
  const message =
    `${path} cannot have fletcher32: ${dtype} of any length stands in the global heap, which HDF5 does not check. ` +
    'Leave fletcher32 out, or give the type a length';
  throw new SimtapeError('InvalidConfig', message, { key: 'fletcher32', value: true });
}

/** The messages that stay as they are while a dataset grows; a first chunk that is not full may have fewer rows. */
export function constantMessages(spec: DatasetSpec, chunkRows: number): Message[] {
  const filters = spec.pipeline.message(chunkRows * spec.rowBytes);
  return [
    { type: MESSAGE.datatype, data: spec.datatype, flags: 1 },
    { type: MESSAGE.fillValue, data: writeFillValue('chunked', spec.fill), flags: 1 },
    ...(filters === null ? [] : [{ type: MESSAGE.filters, data: filters, flags: 1 }]),
  ];
}
