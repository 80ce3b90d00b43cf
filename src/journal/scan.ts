import { SimtapeError } from '../errors.ts';
import { RECORD_HEADER_BYTES, recordBytes } from './format.ts';
import type { JournalRecord, SegmentFile } from './segment-file.ts';
import {
  decodeSegmentHeader,
  JOURNAL_VERSION,
  SEGMENT_HEADER_START,
  type SegmentHeader,
  segmentHeaderSeed,
  sizeSegmentHeader,
} from './segment-header.ts';

/** Bytes of a segment that give no record. */
export interface Gap {
  readonly gap: 'torn' | 'damaged';
  readonly position: number;
  readonly bytes: number;
  readonly reason: string;
}

export interface OpenedSegment {
  readonly header: SegmentHeader;
  readonly seed: number;
  /** Where its records begin. */
  readonly start: number;
}

/**
 * Reads a segment's header.
 * @throws `NewerFormat`
 */
export function openSegmentFile(file: SegmentFile): OpenedSegment | Gap {
  const whole = (gap: Gap['gap'], reason: string): Gap => ({ gap, position: 0, bytes: file.bytes, reason });
  const damaged = whole('damaged', 'the header of the segment is not as it was written');
  if (file.bytes < SEGMENT_HEADER_START) return whole('torn', 'the file ends in its header');
  const size = sizeSegmentHeader(file.read(0, SEGMENT_HEADER_START));
  if (size === null) return damaged;
  if (size.bytes > file.bytes) return whole('torn', 'the file ends in its header');
  const bytes = file.read(0, size.bytes);
  const seed = bytes.length === size.bytes ? segmentHeaderSeed(bytes) : null;
  if (seed === null) return damaged;
  if (size.version > JOURNAL_VERSION) {
    throw new SimtapeError(
      'NewerFormat',
      `${file.path} was written by a newer simtape (journal ${size.version}; this one knows ${JOURNAL_VERSION}): update simtape`,
      { path: file.path, found: size.version, supported: JOURNAL_VERSION },
    );
  }
  const header = decodeSegmentHeader(bytes);
  return header === null ? damaged : { header, seed, start: size.bytes };
}

/**
 * The records of a stretch of a segment, and where there are none. Behind damage it goes on with the next whole
 * record. A payload is valid until the next record where `reuse` is set.
 */
export function* scan(
  file: SegmentFile,
  seed: number,
  from: number,
  to: number,
  reuse: boolean,
): Generator<JournalRecord | Gap> {
  let target = new Uint8Array(0);
  for (let at = from; at < to; ) {
    const record = file.record(at, seed, reuse ? target : undefined);
    if ('payload' in record) {
      yield record;
      at += recordBytes(record.header);
      if (reuse && record.payload.byteOffset === RECORD_HEADER_BYTES)
        target = new Uint8Array(record.payload.buffer as ArrayBuffer);
      continue;
    }
    const next = file.next(at + 8, seed);
    const gap = next === null ? record.fault : 'damaged';
    yield { gap, position: at, bytes: (next ?? to) - at, reason: record.reason };
    at = next ?? to;
  }
}
