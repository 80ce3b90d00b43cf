import { type MessagePort, workerData } from 'node:worker_threads';
import { toPlainError } from '../../errors.ts';
import { type EncodedRowGroup, freeChunks } from '../../formats/parquet/index.ts';
import { codecFor } from '../codecs/codec-for.ts';
import type { EncoderAnswer, EncoderQuestion, EncoderSetup } from './encoder-protocol.ts';
import { encodeRows, encoderFor } from './row-group.ts';
import { imageBatch } from './row-image.ts';

const { port, compression, level, answers } = workerData as EncoderSetup & { port: MessagePort };
const answered = new Int32Array(answers);
const codec = await codecFor(compression, level);

/** One buffer, which changes hands; views into larger ones would be copied with all that they do not show. */
function joined(encoded: EncodedRowGroup): EncodedRowGroup & { chunks: [Uint8Array<ArrayBuffer>] } {
  const bytes = new Uint8Array(encoded.chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of encoded.chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { ...encoded, chunks: [bytes] };
}

function answer(message: EncoderAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
  // Last, so that whoever sees the count finds the message.
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
}

port.on('message', ({ number, columns, image }: EncoderQuestion) => {
  try {
    const { encoded, facts } = encodeRows(encoderFor(columns, codec), columns, imageBatch(image));
    const whole = joined(encoded);
    freeChunks(encoded.chunks);
    answer({ number, group: { encoded: whole, facts } }, [whole.chunks[0].buffer]);
  } catch (error) {
    answer({ number, error: toPlainError(error) });
  }
});
