import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import type { Field } from 'apache-arrow/fb/field';
import { Footer } from 'apache-arrow/fb/footer';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { ByteBuffer } from 'flatbuffers';
import type { RandomAccess } from '../parquet/random-access.ts';

/** `ARROW1` and padding at the start of a file; the footer's length and `ARROW1` at its end. Source: Arrow columnar format, "IPC File Format". */
const START = 8;
const END = 10;
/** Bytes of the elements of vectors: what one is that stands elsewhere, and structs. Source: File.fbs, Message.fbs. */
const REFERENCE = 4;
const BLOCK = 24;
const NODE = 16;
const BUFFER = 16;
/** Bytes of a batch that is decompressed, and from which on they must not be a hundred times what the file has. */
const MOST_BYTES = 2 ** 30;
const MOST_INFLATED = 256 * 2 ** 20;
const INFLATION = 100;

/**
 * Looks at what a file says of itself before the library reads a record batch of it: that goes through as many elements as
 * a vector claims to have, whether they are there or not.
 *
 * @param index of the batch that will be read; dictionaries are read with each
 * @throws where it cannot be true
 */
export function checkFraming(access: RandomAccess, index: number): void {
  const end = access.byteLength - END;
  const length = end < START ? 0 : new DataView(access.slice(end, end + 4)).getInt32(0, true);
  if (length <= 0 || length > end - START) throw new Error('it has no footer');
  const bytes = new Uint8Array(access.slice(end - length, end));
  const footer = Footer.getRootAsFooter(new ByteBuffer(bytes));
  const schema = footer.schema();
  if (schema === null) throw new Error('it has no schema');
  checkLength(bytes, footer.dictionariesLength(), BLOCK);
  checkLength(bytes, footer.recordBatchesLength(), BLOCK);
  checkLength(bytes, schema.customMetadataLength(), REFERENCE);
  checkLength(bytes, schema.fieldsLength(), REFERENCE);
  for (let i = 0; i < schema.fieldsLength(); i++) checkField(bytes, schema.fields(i)!, false);
  for (let i = 0; i < footer.dictionariesLength(); i++)
    checkMessage(access, Number(footer.dictionaries(i)!.offset()));
  const block = footer.recordBatches(index);
  if (block === null || index >= footer.recordBatchesLength()) throw new Error(`it has no batch ${index}`);
  checkMessage(access, Number(block.offset()));
}

/** Columns are flat, but for lists, whose items are. */
function checkField(bytes: Uint8Array, field: Field, isItem: boolean): void {
  checkLength(bytes, field.customMetadataLength(), REFERENCE);
  const children = field.childrenLength();
  if (children > (isItem ? 0 : 1)) throw new Error(`a field has ${children} fields in it`);
  if (children === 1) checkField(bytes, field.children(0)!, true);
}

function checkMessage(access: RandomAccess, at: number): void {
  const prefix = new DataView(access.slice(at, at + 8));
  // Files of before 2019 have the length alone.
  const start = prefix.getInt32(0, true) === -1 ? 8 : 4;
  const length = prefix.getInt32(start - 4, true);
  const bytes = new Uint8Array(access.slice(at + start, at + start + length));
  const message = Message.getRootAsMessage(new ByteBuffer(bytes));
  const body = at + start + length;
  const bodyBytes = Number(message.bodyLength());
  if (bodyBytes < 0 || body + bodyBytes > access.byteLength)
    throw new Error('a batch reaches beyond its end');
  checkLength(bytes, message.customMetadataLength(), REFERENCE);
  const batch = batchOf(message);
  if (batch === null) throw new Error('where a batch should be, something else is');
  checkLength(bytes, batch.nodesLength(), NODE);
  checkLength(bytes, batch.buffersLength(), BUFFER);
  if (batch.variadicBufferCountsLength() > 0)
    throw new Error('a batch has buffers that simtape never writes');
  let plainBytes = 0;
  for (let i = 0; i < batch.buffersLength(); i++) {
    const buffer = batch.buffers(i)!;
    const [offset, size] = [Number(buffer.offset()), Number(buffer.length())];
    if (offset < 0 || size < 0 || offset + size > bodyBytes) throw new Error('a buffer is not in its batch');
    if (size > 0 && batch.compression() !== null) plainBytes += plainLength(access, body + offset, size);
  }
  if (plainBytes > MOST_BYTES || (plainBytes > MOST_INFLATED && plainBytes > INFLATION * bodyBytes))
    throw new Error(`a batch has ${bodyBytes} bytes that are to become ${plainBytes}`);
}

function batchOf(message: Message): RecordBatch | null {
  switch (message.headerType()) {
    case MessageHeader.RecordBatch:
      return message.header(new RecordBatch());
    case MessageHeader.DictionaryBatch:
      return (message.header(new DictionaryBatch()) as DictionaryBatch | null)?.data() ?? null;
    default:
      return null;
  }
}

/** Bytes of a buffer once it is decompressed, which stand before it; -1 of one that is not compressed. Source: Message.fbs, `BodyCompression`. */
function plainLength(access: RandomAccess, at: number, size: number): number {
  const length = size < 8 ? -2n : new DataView(access.slice(at, at + 8)).getBigInt64(0, true);
  if (length < -1n) throw new Error('a buffer does not say its length');
  return length === -1n ? size - 8 : Number(length);
}

/** Throws where a vector has more elements than there is room for. */
function checkLength(bytes: Uint8Array, elements: number, size: number): void {
  if (elements < 0 || elements * size > bytes.length) throw new Error(`a list has ${elements} elements`);
}
