import * as z from 'zod';
import { SimtapeError } from '../../errors.ts';
import { textOfAttributes } from '../../formats/hdf5/attribute-text.ts';
import { specify } from '../../formats/hdf5/dataset-spec.ts';
import type { AttributeValues } from '../../formats/hdf5/messages/attribute.ts';
import { writeDatatype } from '../../formats/hdf5/messages/datatype.ts';
import { attributesOf, fillBytes, refuseShape } from '../../formats/hdf5/options.ts';
import { elementSize, type Hdf5Type } from '../../formats/hdf5/types.ts';
import type { OwnDataset } from '../../schema/hdf5-objects.ts';

/** Options of a dataset of your own. */
export interface Hdf5DatasetOptions {
  /** Most sizes; null for no limit, which only the first axis may have. Without it the dataset does not grow. */
  maxShape?: readonly (number | null)[];
  /**
   * `chunked`: compressed chunks, whose rows are written in order, once. `contiguous` and `compact` (1 KB at the most):
   * one piece, of 4 MiB at the most, that may be written anywhere, and over. Chunked where something asks for chunks,
   * or the dataset is larger than 1 MiB.
   */
  layout?: 'chunked' | 'contiguous' | 'compact';
  /** Rows of a chunk; by default what makes 64 KB. */
  chunkRows?: number;
  /** How chunks are stored; where left out, as those of the recording. */
  compression?: 'gzip' | 'lzf' | 'none';
  /** Level of gzip, 1 to 9. */
  compressionOpts?: number;
  shuffle?: boolean;
  fletcher32?: boolean;
  /** What elements hold that were not written: 0, false or empty by default. */
  fillValue?: number | bigint | boolean;
  attributes?: AttributeValues;
}

/** Bytes of a dataset that is one piece: by itself, and where that was asked for. */
const USUAL_FIXED = 2 ** 20;
const MOST_FIXED = 2 ** 22;
const MOST_COMPACT = 1024;

const options = z.strictObject({
  maxShape: z.array(z.int().min(0).nullable()).optional(),
  layout: z.enum(['chunked', 'contiguous', 'compact']).optional(),
  chunkRows: z.int().min(1).optional(),
  compression: z.enum(['gzip', 'lzf', 'none'], { error: 'takes gzip, lzf or none' }).optional(),
  compressionOpts: z.int().min(1).max(9).optional(),
  shuffle: z.boolean().optional(),
  fletcher32: z.boolean().optional(),
  fillValue: z.union([z.number(), z.bigint(), z.boolean()]).optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
});

/** What a dataset becomes, and its attributes. @throws `InvalidConfig` for what cannot be */
export function ownDataset(
  path: string,
  dtype: Hdf5Type,
  shape: readonly number[],
  given: Hdf5DatasetOptions,
): { dataset: OwnDataset; attributes: AttributeValues } {
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue?.code === 'unrecognized_keys' ? issue.keys[0]! : (issue?.path.join('.') ?? '');
    const why = issue?.code === 'unrecognized_keys' ? 'there is no such option' : issue?.message;
    refuse(path, key, (given as Record<string, unknown>)[key], why ?? 'is wrong');
  }
  const { attributes, fillValue, maxShape, layout: _, ...storage } = given;
  const layout = layoutOf(path, dtype, shape, given);
  const isChunked = layout === 'chunked';
  const dataset: OwnDataset = {
    dtype,
    shape,
    layout,
    maxRows: isChunked ? mostRows(path, shape, maxShape) : null,
    ...(isChunked ? storage : {}),
    ...(fillValue === undefined ? {} : { fill: textOfAttributes({ fill: fillValue }) }),
  };
  refuseImpossible(path, dataset, fillValue);
  return {
    dataset,
    attributes: attributesOf({ dtype, ...(attributes === undefined ? {} : { attributes }) }),
  };
}

/** How a dataset stands in the file. */
function layoutOf(
  path: string,
  dtype: Hdf5Type,
  shape: readonly number[],
  given: Hdf5DatasetOptions,
): OwnDataset['layout'] {
  refuseShape(path, shape, 0);
  const { layout, maxShape } = given;
  const names = ['chunkRows', 'compression', 'compressionOpts', 'shuffle', 'fletcher32'] as const;
  const asks = names.find((name) => given[name] !== undefined);
  const grows = maxShape?.some((size, i) => size !== shape[i]) === true;
  const bytes = shape.reduce((product, size) => product * size, elementSize(dtype));
  if (layout === undefined) {
    const isChunked = asks !== undefined || grows || bytes > USUAL_FIXED;
    if (isChunked && shape.length === 0)
      refuse(path, asks ?? 'maxShape', shape, 'a single value has no chunks');
    return isChunked ? 'chunked' : bytes > MOST_COMPACT ? 'contiguous' : 'compact';
  }
  if (layout === 'chunked') {
    if (shape.length === 0) refuse(path, 'layout', layout, 'a single value has no chunks');
    return layout;
  }
  if (asks !== undefined) refuse(path, asks, given[asks], `only chunks have it, not the layout ${layout}`);
  if (grows) refuse(path, 'maxShape', maxShape, `only chunks grow, not the layout ${layout}`);
  const most = layout === 'compact' ? MOST_COMPACT : MOST_FIXED;
  if (bytes > most)
    refuse(path, 'layout', layout, `it has ${bytes} bytes, and ${most} is the most: take chunked`);
  return layout;
}

function mostRows(
  path: string,
  shape: readonly number[],
  maxShape: Hdf5DatasetOptions['maxShape'],
): number | null {
  if (maxShape === undefined) {
    if (shape[0] === 0)
      refuse(path, 'maxShape', maxShape, 'a dataset of no rows that does not grow: give maxShape');
    return shape[0]!;
  }
  if (maxShape.length !== shape.length) refuse(path, 'maxShape', maxShape, `it takes ${shape.length} sizes`);
  if (maxShape.some((size, i) => i > 0 && size !== shape[i]))
    refuse(path, 'maxShape', maxShape, 'only the first axis grows: the other sizes are those of the shape');
  return maxShape[0]!;
}

/** Has the writer's own checks look at it. Filters that are left out are sound. */
function refuseImpossible(
  path: string,
  { dtype, shape, layout, maxRows, chunkRows, compression, compressionOpts, shuffle, fletcher32 }: OwnDataset,
  fillValue: Hdf5DatasetOptions['fillValue'],
): void {
  const fill = fillValue === undefined ? {} : { fillValue };
  if (layout !== 'chunked') {
    writeDatatype(dtype);
    fillBytes(path, { dtype, ...fill });
    return;
  }
  const filters = {
    ...(shuffle === undefined ? {} : { shuffle }),
    ...(fletcher32 === undefined ? {} : { fletcher32 }),
    ...(compression === 'lzf'
      ? { compression: 'lzf' as const }
      : compressionOpts === undefined
        ? {}
        : { compression: { deflate: compressionOpts } }),
  };
  const rows = chunkRows === undefined ? {} : { chunkRows };
  specify(path, { dtype, shape, maxRows, ...rows, filters, ...fill }, {});
}

function refuse(path: string, key: string, value: unknown, why: string): never {
  throw new SimtapeError('InvalidConfig', `the dataset ${path} cannot have this ${key}: ${why}`, {
    key,
    value,
  });
}
