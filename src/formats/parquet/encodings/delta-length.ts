import type { ByteBuffer } from '../byte-buffer.ts';
import type { BytesValues } from '../values/bytes.ts';
import { encodeDelta32 } from './delta.ts';

/** DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. Source: Encodings.md, "Delta-length byte array". */
export function encodeDeltaLength(values: BytesValues, from: number, to: number, out: ByteBuffer): void {
  const { data, offsets } = values;
  const lengths = new Int32Array(to - from);
  for (let i = from; i < to; i++) lengths[i - from] = offsets[i + 1]! - offsets[i]!;
  encodeDelta32(lengths, 0, lengths.length, out);
  out.append(data.subarray(offsets[from]!, offsets[to]!));
}
