import { SimtapeError } from '../../../errors.ts';
import { UNDEFINED } from '../byte-writer.ts';
import type { StoredDataset } from '../dataset.ts';
import { constantMessages, type DatasetSpec } from '../dataset-spec.ts';
import type { Parent } from '../file-object.ts';
import type { FileParts } from '../file-parts.ts';
import type { StoredFixed } from '../fixed-dataset.ts';
import { type Child, Group, type StoredGroup } from '../group.ts';
import { MESSAGE, type Message } from '../messages/object-header.ts';
import type { Hdf5Source } from '../sink.ts';
import { ByteReader, damaged, readBytes } from './byte-reader.ts';
import { readChunkIndex } from './chunk-index.ts';
import { readDense } from './dense.ts';
import type { StoredHeader } from './object-header.ts';

/** The data of one message. @throws `NotARecording` */
function messageOf(header: StoredHeader, type: number): Uint8Array {
  return (
    header.messages.find((message) => message.type === type)?.data ?? damaged(`message ${type} is missing`)
  );
}

/** Whether a header is that of a group. */
export function isGroup(header: StoredHeader): boolean {
  return header.messages.some(({ type }) => type === MESSAGE.linkInfo);
}

/** Reads a group with its links. */
export function readGroup(
  source: Hdf5Source,
  path: string,
  parent: Parent | null,
  parts: FileParts,
  header: StoredHeader,
): Group {
  return new Group(path, parent, parts, { ...header, ...readLinks(source, header) });
}

/** The links of a group. Source: HDF5 File Format Specification Version 3.0, IV.A.2.c and g. */
export function readLinks(source: Hdf5Source, header: StoredHeader): Pick<StoredGroup, 'children' | 'dense'> {
  const info = new ByteReader(messageOf(header, MESSAGE.linkInfo)).skip(header.trackOrder ? 10 : 2);
  const places = { heap: info.u64(), names: info.u64(), orders: header.trackOrder ? info.u64() : 0 };
  if (places.heap === UNDEFINED) {
    const links = header.messages.filter(({ type }) => type === MESSAGE.link);
    return { children: links.map(({ data }, i) => childOf(data, i, null)), dense: null };
  }
  const { index, entries } = readDense(source, 'links', places, header.trackOrder, (link, id) =>
    childOf(link, id - 1, id),
  );
  // Links are numbered as they were written.
  return { children: entries.sort((a, b) => a.order - b.order), dense: index };
}

/** @param place creation order where the link does not tell it */
function childOf(link: Uint8Array, place: number, dense: number | null): Child {
  const body = new ByteReader(link).skip(1);
  const flags = body.u8();
  const order = (flags & 0b100) === 0 ? place : body.u64();
  body.skip((flags & 0b10000) === 0 ? 0 : 1);
  const name = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.bytes(body.uint(2 ** (flags & 3))));
  return { name, order, address: body.u64(), object: null, dense };
}

/**
 * Reads what is needed to go on with a dataset.
 * @param given rows that were given, where that is not what the dataset shows
 * @throws `InvalidConfig` where it is another one.
 */
export function readDataset(
  source: Hdf5Source,
  header: StoredHeader,
  spec: DatasetSpec,
  given: number | undefined,
): StoredDataset {
  const { path } = spec;
  const rank = 1 + spec.rowShape.length;
  const layout = new ByteReader(messageOf(header, MESSAGE.layout));
  if (layout.u8() !== 3 || layout.u8() !== 2) notToContinue(path, 'it does not grow');
  if (layout.u8() !== rank + 1) notToContinue(path, 'it has another number of sizes');
  const root = layout.u64();
  const chunkRows = layout.u32();
  refuseOthers(path, header, constantMessages(spec, chunkRows));
  const rows = given ?? new ByteReader(messageOf(header, MESSAGE.dataspace)).skip(4).u64();
  if (rows >= spec.chunkRows && chunkRows !== spec.chunkRows) {
    notToContinue(path, `its chunks have ${chunkRows} rows`);
  }
  const { index, last, isFinished } = readChunkIndex(source, rank, root);
  if (isFinished) notToContinue(path, 'it is finished');
  const start = rows - (rows % spec.chunkRows);
  if (rows === start) return { ...header, rows, index, root, tail: null };
  if (last === null || last.row !== start) return damaged(`the last chunk of ${path} is missing`);
  const bytes = spec.pipeline.undo(
    readBytes(source, last.address, last.size),
    last.mask,
    chunkRows * spec.rowBytes,
  );
  return { ...header, rows, index, root, tail: { rows: rows - start, bytes } };
}

/** Reads what is needed to go on with a dataset of a fixed shape. @throws `InvalidConfig` where it is none. */
export function readFixed(path: string, header: StoredHeader): StoredFixed {
  const layout = new ByteReader(messageOf(header, MESSAGE.layout)).skip(1);
  const kind = layout.u8();
  if (kind === 0) return { ...header, data: layout.bytes(layout.u16()) };
  if (kind !== 1) notToContinue(path, 'it stands in chunks');
  return { ...header, data: { address: layout.u64(), size: layout.u64() } };
}

/** @throws `InvalidConfig` where messages of an object are others than those wanted. */
export function refuseOthers(path: string, header: StoredHeader, wanted: readonly Message[]): void {
  for (const { type, data } of wanted) {
    const stored = header.messages.find((message) => message.type === type)?.data ?? new Uint8Array(0);
    const same = stored.length === data.length && stored.every((byte, i) => byte === data[i]);
    if (!same) notToContinue(path, 'its shape, its type, its fill value or its filters are others');
  }
}

/** @throws `InvalidConfig` */
export function notToContinue(path: string, why: string): never {
  const message = `${path} in the file is not the dataset to go on with: ${why}`;
  throw new SimtapeError('InvalidConfig', message, { key: 'path', value: path });
}
